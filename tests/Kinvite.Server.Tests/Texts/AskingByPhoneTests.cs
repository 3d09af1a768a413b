using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Links;

namespace Kinvite.Server.Tests.Texts;

/// <summary>Somebody with nothing but a phone asks whoever invited them: the question and the answer arrive by the way each of them has.</summary>
public sealed class AskingByPhoneTests(TextServer texts, PostgresFixture postgres) : IClassFixture<TextServer>
{
    private KinviteApp App => texts.App;

    [Fact]
    public async Task Who_has_only_a_phone_asks_by_an_expired_text_and_is_told_by_text_that_they_are_let_in()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var number = TextServer.NewNumber();
        var invite = await circle.InviteAsync(new { phone = number, role = "parent" });
        await texts.WaitForAsync(number);
        App.Clock.Advance(TimeSpan.FromDays(8));
        using var founder = await circle.SomebodyAsync("Ana Aasen", circle.Founder.Email);
        using var alex = await texts.SignInByPhoneAsync(number, "Alex Holm");
        var link = $"/api/invites/{circle.Token(invite, LinkKind.Texted)}";
        await alex.PostRefusedAsync($"{link}/accept", null, 410, "invite.expired");

        await App.Mailbox.WaitForAsync(circle.Founder.Email, seen: 1); // two codes
        var (seen, mails) = (texts.To(number).Count, App.Mailbox.To(circle.Founder.Email).Count);
        await alex.PostAsync($"{link}/ask", new { message = "I was away. May I still come?" }, HttpStatusCode.Accepted);

        Assert.Contains("I was away", await App.Mailbox.WaitForAsync(circle.Founder.Email, mails), StringComparison.Ordinal);
        var asked = Assert.Single((await founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").EnumerateArray());
        Assert.Equal(("Alex Holm", null, number), Account(asked));
        await founder.PostAsync($"{circle.Path}/access-requests/{asked.GetProperty("id")}/approve", null, HttpStatusCode.OK);
        Assert.Equal($"You can come in to The Aasens now: http://localhost:5080/families/{circle.Id} Reply STOP to opt out", (await texts.WaitForAsync(number, seen)).Body);
        Assert.Equal("parent", (await alex.GetAsync($"{circle.Path}/me")).GetProperty("role").GetString());
    }

    [Fact]
    public async Task Another_phones_invitation_can_be_asked_about_and_a_no_names_nobody()
    {
        using var circle = await Circle.StartAsync(App);
        var (invited, other) = (TextServer.NewNumber(), TextServer.NewNumber());
        var made = await circle.Founder.PostAsync(circle.Invites, new { invites = new[] { new { phone = invited } }, binding = "verified" }, HttpStatusCode.Created);
        var link = $"/api/invites/{circle.Token(made.GetProperty("items")[0].GetProperty("invite"), LinkKind.Copied)}";
        using var per = await texts.SignInByPhoneAsync(other, "Per Dahl");
        await per.PostRefusedAsync($"{link}/accept", null, 403, "invite.wrong_account");

        var seen = texts.To(other).Count;
        await per.PostAsync($"{link}/ask", null, HttpStatusCode.Accepted);
        var asked = (await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items")[0].GetProperty("id");
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{asked}/deny", null, HttpStatusCode.OK);

        Assert.Equal("The family you asked has answered: http://localhost:5080/request-access Reply STOP to opt out", (await texts.WaitForAsync(other, seen)).Body);
        Assert.Single(texts.To(invited)); // whom it was for is not told
    }

    [Fact]
    public async Task An_inviter_with_only_a_phone_is_told_by_text_that_somebody_asks_and_not_what_a_stranger_says()
    {
        var (number, invited) = (TextServer.NewNumber(), TextServer.NewNumber());
        using var ana = await texts.SignInByPhoneAsync(number, "Ana Aasen");
        var family = (await ana.PostAsync("/api/families", new { name = "The Aasens", kind = "chores" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        var made = await ana.PostAsync($"/api/families/{family}/invites", new { invites = new[] { new { phone = invited } } }, HttpStatusCode.Created);
        using var circle = await Circle.StartAsync(App); // somebody to derive links by
        var link = $"/api/invites/{circle.Token(made.GetProperty("items")[0].GetProperty("invite"), LinkKind.Copied)}";
        var per = await circle.SomebodyAsync("Free Money Inc");

        var seen = texts.To(number).Count;
        await per.PostAsync($"{link}/ask", new { message = "http://evil.example" }, HttpStatusCode.Accepted);

        Assert.Equal($"Somebody asks to come in to The Aasens: http://localhost:5080/families/{family}/requests Reply STOP to opt out", (await texts.WaitForAsync(number, seen)).Body);
    }

    [Fact]
    public async Task What_happens_uses_up_no_number_so_that_its_codes_still_come()
    {
        await using var strict = new TextServer(postgres) { Factor = "1" };
        await strict.InitializeAsync();
        var number = TextServer.NewNumber();
        using var ana = await strict.SignInByPhoneAsync(number, "Ana Aasen");
        var family = (await ana.PostAsync("/api/families", new { name = "The Aasens", kind = "home" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        for (var i = 0; i < 6; i++)
        {
            using var stranger = await strict.App.SignInAsync(Circle.NewEmail(), "Per Dahl");
            await stranger.PostAsync("/api/access-requests", new { familyId = family }, HttpStatusCode.Accepted);
        }

        await strict.WaitForAsync(number, seen: 3);
        var code = (await ana.RequestAsync(HttpMethod.Post, "/api/auth/codes", new { phone = number })).StatusCode;

        Assert.Equal(HttpStatusCode.Accepted, code);
        await strict.WaitForAsync(number, seen: 4);
        Assert.Equal(3, strict.To(number).Count(t => t.Body.StartsWith("Somebody asks", StringComparison.Ordinal)));
        Assert.Equal(3L, await strict.Database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'request' AND state = 1 AND detail LIKE 'The texts that may go there%'"));
    }

    private static (string?, string?, string?) Account(JsonElement request) => (
        request.GetProperty("account").GetProperty("displayName").GetString(), request.GetProperty("account").GetProperty("email").GetString(), request.GetProperty("account").GetProperty("phone").GetString());
}
