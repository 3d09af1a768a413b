using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Http;

/// <summary>A refusal is said in the language of whoever called; what programs compare stays.</summary>
public sealed class ProblemLanguageTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Theory]
    [InlineData("POST", "/api/families", """{"name":""}""", 400)]
    [InlineData("GET", "/api/families/018f0000-0000-7000-8000-000000000000", null, 404)]
    [InlineData("GET", "/api/no/such/thing", null, 404)]
    [InlineData("GET", "/api/families?limit=0", null, 400)]
    [InlineData("POST", "/api/families", "{", 400)]
    [InlineData("DELETE", "/api/auth/login", null, 405)]
    [InlineData("POST", "/api/auth/login", """{"email":"nobody@example.org","password":"a wrong password"}""", 401)]
    public async Task The_same_request_is_refused_alike_in_each_language(string method, string path, string? body, int status)
    {
        using var circle = await Circle.StartAsync(App);
        var english = await ProblemAsync(circle.Founder, method, path, body, null, status);
        var spanish = await ProblemAsync(circle.Founder, method, path, body, "es-MX, es;q=0.9, en;q=0.5", status);

        Assert.NotEqual(english.Body.GetProperty("title").GetString(), spanish.Body.GetProperty("title").GetString());
        Assert.NotEqual(english.Body.GetProperty("detail").GetString(), spanish.Body.GetProperty("detail").GetString());
        foreach (var member in new[] { "type", "status", "code" })
        {
            Assert.Equal(english.Body.GetProperty(member).ToString(), spanish.Body.GetProperty(member).ToString());
        }

        Assert.Equal(Fields(english.Body), Fields(spanish.Body));
        if (english.Body.TryGetProperty("errors", out var errors))
        {
            Assert.NotEqual(errors.ToString(), spanish.Body.GetProperty("errors").ToString());
        }

        Assert.Equal((("en", true), ("es", true)), (english.Headers, spanish.Headers));
    }

    [Fact]
    public async Task What_the_request_asks_for_comes_before_the_accounts_language_and_both_before_English()
    {
        using var circle = await Circle.StartAsync(App);
        const string Nowhere = "/api/families/018f0000-0000-7000-8000-000000000000";
        async Task<string> TitleAsync(string? asked) => (await ProblemAsync(circle.Founder, "GET", Nowhere, null, asked, 404)).Body.GetProperty("title").GetString()!;

        Assert.Equal("There is nothing here", await TitleAsync(null));
        await circle.Founder.PatchAsync("/api/account", new { locale = "es" });
        Assert.Equal("Aquí no hay nada", await TitleAsync(null));
        Assert.Equal("There is nothing here", await TitleAsync("en"));
        Assert.Equal("Aquí no hay nada", await TitleAsync("de, fr;q=0.5"));
        Assert.Equal("Aquí no hay nada", await TitleAsync("es;q=0, de"));
        using var stranger = App.NewPerson();
        Assert.Equal("Please sign in", (await ProblemAsync(stranger, "GET", Nowhere, null, "de", 401)).Body.GetProperty("title").GetString());
    }

    [Fact]
    public async Task Outcomes_of_a_bulk_call_and_the_error_of_older_paths_are_said_so_too()
    {
        using var circle = await Circle.StartAsync(App);
        var body = JsonSerializer.Serialize(new { invites = new[] { new { email = Circle.NewEmail() }, new { email = "olga@mailinator.com" } } });
        using var made = await circle.Founder.RequestAsync(HttpMethod.Post, circle.Invites, body, ("Accept-Language", "es"));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var refused = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("items")[1].GetProperty("problem");
        Assert.Equal(("invite.disposable", "Este buzón no dura"), (refused.GetProperty("code").GetString(), refused.GetProperty("title").GetString()));

        using var chores = await Circle.StartAsync(App, "chores");
        for (var i = 0; i < 5; i++)
        {
            await chores.InviteAsync(new { email = Circle.NewEmail() });
        }

        var older = await ProblemAsync(chores.Founder, "POST", "/api/family/invite", JsonSerializer.Serialize(new { email = Circle.NewEmail(), role = "parent" }), "es", 409);
        Assert.Equal("Hay demasiadas invitaciones en espera", older.Body.GetProperty("error").GetString());
        Assert.Equal("Como máximo pueden esperar 5 a la vez: retira una o espera una respuesta.", older.Body.GetProperty("detail").GetString());
    }

    private static async Task<(JsonElement Body, (string Language, bool Varies) Headers)> ProblemAsync(Person person, string method, string path, string? body, string? asked, int status)
    {
        using var answer = await person.RequestAsync(new(method), path, body, asked is null ? [] : [("Accept-Language", asked)]);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, text);
        return (JsonDocument.Parse(text).RootElement.Clone(), (answer.Content.Headers.ContentLanguage.Single(), answer.Headers.Vary.Contains("Accept-Language")));
    }

    private static string Fields(JsonElement problem) => problem.TryGetProperty("errors", out var errors) ? string.Join(' ', errors.EnumerateObject().Select(e => e.Name)) : "";
}
