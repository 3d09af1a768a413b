using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Devices;

/// <summary>Shared tablets and the children on them.</summary>
internal static class Tablets
{
    /// <summary>Four digits that nobody would guess.</summary>
    public const string Pin = "4826";

    /// <summary>A child's profile, added through the API.</summary>
    public static async Task<Guid> ChildAsync(this Circle circle, string name = "Mia", string? pin = null, string role = "child") =>
        (await circle.Founder.PostAsync($"{circle.Path}/members", new { name, role, pin }, HttpStatusCode.Created)).GetProperty("id").GetGuid();

    /// <summary>A tablet of the family, which carries its token.</summary>
    public static async Task<Person> TabletAsync(this Circle circle, string name = "Kitchen")
    {
        var shared = await circle.Founder.PostAsync($"{circle.Path}/devices", new { name }, HttpStatusCode.Created);
        return circle.WithBearer(shared.GetProperty("deviceToken").GetString()!);
    }

    public static Person WithBearer(this Circle circle, string token)
    {
        var person = circle.Stranger();
        person.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return person;
    }

    /// <summary>The raw answer to a face and digits.</summary>
    public static Task<HttpResponseMessage> TryAsync(this Person tablet, Guid child, string? pin) =>
        tablet.RequestAsync(HttpMethod.Post, "/api/device/sign-in", new { memberId = child, pin });

    /// <summary>A child that is in, with its tokens.</summary>
    public static async Task<Person> InAsync(this Circle circle, Person tablet, Guid child, string? pin = null)
    {
        var tokens = await tablet.PostAsync("/api/device/sign-in", new { memberId = child, pin }, HttpStatusCode.OK);
        var person = circle.Stranger();
        person.Take(tokens);
        return person;
    }

    public static async Task<JsonElement> FacesAsync(this Person tablet) => (await tablet.GetAsync("/api/device")).GetProperty("faces");
}
