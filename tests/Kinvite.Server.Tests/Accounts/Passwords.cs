using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using static Kinvite.Server.Tests.Accounts.SigningIn;

namespace Kinvite.Server.Tests.Accounts;

/// <summary>Signing up and in with a password.</summary>
internal static class Passwords
{
    public const string Right = "kitchen table by the sea";
    public const string NotRight = "kitchen chair by the sea";

    public static Task<HttpResponseMessage> RegisterAsync(KinviteApp app, string email, string password = Right, string? inviteToken = null) =>
        SendAsync(app, "register", new { email, password, displayName = "Olga", inviteToken });

    /// <summary>Signs up and answers with the name of the code that was sent.</summary>
    public static async Task<Guid> ClaimAsync(KinviteApp app, string email, string password = Right)
    {
        using var answer = await RegisterAsync(app, email, password);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return (await JsonAsync(answer)).GetProperty("challenge").GetGuid();
    }

    public static Task<HttpResponseMessage> LoginAsync(KinviteApp app, string email, string password = Right) => SendAsync(app, "login", new { email, password });

    public static async Task<Person> LoggedInAsync(KinviteApp app, string email, string password = Right)
    {
        using var answer = await LoginAsync(app, email, password);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var person = app.NewPerson();
        person.Take(await JsonAsync(answer), email);
        return person;
    }

    public static async Task<JsonElement> ProveAsync(KinviteApp app, string email, Guid challenge)
    {
        using var answer = await VerifyAsync(app, new { email, code = Digits(app, challenge), challenge });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await JsonAsync(answer);
    }

    public static async Task<HttpResponseMessage> ResetAsync(KinviteApp app, string email, string code, string password) =>
        await SendAsync(app, "password/reset", new { email, code, password });

    public static async Task<HttpStatusCode> StatusOfAsync(Person person)
    {
        using var answer = await person.RequestAsync(HttpMethod.Get, "/api/account");
        return answer.StatusCode;
    }

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Clone();

    /// <summary>A problem without the number of its request.</summary>
    public static async Task<string> WordsAsync(HttpResponseMessage answer) =>
        string.Join('\n', (await JsonAsync(answer)).EnumerateObject().Where(p => p.Name != "traceId").Select(p => p.ToString()));

    /// <summary>The newest mail to somebody that says this.</summary>
    public static async Task<string> MailAsync(KinviteApp app, string email, string words)
    {
        for (var seen = 0; ;)
        {
            await app.Mailbox.WaitForAsync(email, seen);
            var mails = app.Mailbox.To(email);
            if (mails.LastOrDefault(m => m.Contains(words, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            seen = mails.Count;
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(KinviteApp app, string route, object body)
    {
        using var person = app.NewPerson();
        return await person.RequestAsync(HttpMethod.Post, $"/api/auth/{route}", body);
    }
}
