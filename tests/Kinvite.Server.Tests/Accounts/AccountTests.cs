using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using static Kinvite.Server.Tests.Accounts.SigningIn;

namespace Kinvite.Server.Tests.Accounts;

public sealed class AccountTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private KinviteApp App => shared.Server;

    [Fact]
    public async Task A_patch_changes_what_it_names_and_leaves_the_rest()
    {
        using var person = await SignInAsync(App, "ana@example.org");

        var changed = await person.PatchAsync("/api/account", new { displayName = "Ana María", timeZone = "Europe/Oslo" });

        Assert.Equal("Ana María", changed.GetProperty("displayName").GetString());
        Assert.Equal("Europe/Oslo", changed.GetProperty("timeZone").GetString());
        Assert.Equal("en", changed.GetProperty("locale").GetString());
        Assert.Equal("ana@example.org", changed.GetProperty("email").GetString());
        var same = await person.PatchAsync("/api/account", "{}");
        Assert.Equal(changed.ToString(), same.ToString());
        Assert.Equal(changed.ToString(), (await person.GetAsync("/api/account")).ToString());
        Assert.Equal("es", (await person.PatchAsync("/api/account", new { locale = "es" })).GetProperty("locale").GetString());
    }

    [Theory]
    [InlineData("""{"displayName":null}""", "displayName")]
    [InlineData("""{"displayName":""}""", "displayName")]
    [InlineData("""{"locale":"fr"}""", "locale")]
    [InlineData("""{"locale":null}""", "locale")]
    [InlineData("""{"timeZone":"Mars/Olympus"}""", "timeZone")]
    [InlineData("""{"timeZone":"../../etc/passwd"}""", "timeZone")]
    [InlineData("""{"timeZone":null}""", "timeZone")]
    public async Task A_field_that_cannot_be_is_named(string body, string field)
    {
        using var person = await SignInAsync(App, "field@example.org");
        var problem = await person.PatchAsync("/api/account", body, HttpStatusCode.BadRequest);

        Assert.Equal("validation", problem.GetProperty("code").GetString());
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Theory]
    [InlineData("""{"email":"new@example.org"}""")]
    [InlineData("""{"isGuest":false}""")]
    [InlineData("""{"locale":"en","locale":"es"}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task Unknown_and_duplicate_members_are_refused(string body)
    {
        using var person = await SignInAsync(App, "strict@example.org");
        Assert.Equal("validation", (await person.PatchAsync("/api/account", body, HttpStatusCode.BadRequest)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_default_family_must_be_one_of_ones_own_and_can_be_cleared()
    {
        using var person = await SignInAsync(App, "default@example.org");
        await person.PatchAsync("/api/account", new { defaultFamilyId = Guid.CreateVersion7(App.Clock.GetUtcNow()) }, HttpStatusCode.NotFound);

        var cleared = await person.PatchAsync("/api/account", """{"defaultFamilyId":null}""");

        Assert.Equal(JsonValueKind.Null, cleared.GetProperty("defaultFamilyId").ValueKind);
    }

    [Fact]
    public async Task Nobody_is_told_anything_without_signing_in()
    {
        using var nobody = App.NewPerson();
        Assert.Equal("auth.required", (await nobody.GetAsync("/api/account", HttpStatusCode.Unauthorized)).GetProperty("code").GetString());
        await nobody.PatchAsync("/api/account", "{}", HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("es-MX,es;q=0.9,en;q=0.8", "es")]
    [InlineData("fr, en;q=0.2, es;q=0.9", "es")]
    [InlineData("es;q=0, en;q=0.1", "en")]
    [InlineData("fr", "en")]
    [InlineData("estonian", "en")]
    [InlineData(";;q=x,,", "en")]
    public async Task A_new_account_speaks_the_browsers_language_where_we_do(string accepted, string locale)
    {
        var email = $"{Guid.CreateVersion7(App.Clock.GetUtcNow()):N}@example.org";
        var challenge = await AskAsync(App, email);
        using var person = App.NewPerson();
        using var answer = await person.RequestAsync(
            HttpMethod.Post, "/api/auth/codes/verify", new { email, code = Digits(App, challenge) }, ("Accept-Language", accepted));
        person.Take(JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);

        Assert.Equal(locale, (await person.GetAsync("/api/account")).GetProperty("locale").GetString());
    }
}
