using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Links;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Accounts;

/// <summary>Signing in without waiting for the mail: the digits are derived, so the tests derive them, too.</summary>
internal static class SigningIn
{
    public static async Task<Guid> AskAsync(KinviteApp app, string email)
    {
        using var person = app.NewPerson();
        return (await person.PostAsync("/api/auth/codes", new { email }, HttpStatusCode.Accepted)).GetProperty("challenge").GetGuid();
    }

    public static string Digits(KinviteApp app, Guid challenge) => app.Services.GetRequiredService<KeyRing>().CodeDigits(challenge);

    public static string Wrong(KinviteApp app, Guid challenge) => Digits(app, challenge) == "000000" ? "000001" : "000000";

    public static async Task<HttpResponseMessage> VerifyAsync(KinviteApp app, object body)
    {
        using var person = app.NewPerson();
        return await person.RequestAsync(HttpMethod.Post, "/api/auth/codes/verify", body);
    }

    public static async Task<Person> SignInAsync(KinviteApp app, string email)
    {
        var challenge = await AskAsync(app, email);
        var person = app.NewPerson();
        person.Take(await person.PostAsync("/api/auth/codes/verify", new { email, code = Digits(app, challenge), challenge }, HttpStatusCode.OK));
        return person;
    }

    public static async Task<string?> CodeOfAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString();
}
