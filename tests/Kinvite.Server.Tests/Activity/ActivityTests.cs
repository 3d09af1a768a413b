using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Activity;

/// <summary>What happened: complete for those who see everything, children's own for those who see some of them, and never an address.</summary>
public sealed class ActivityTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task What_happens_to_invitations_members_and_requests_is_there_newest_first_without_any_address()
    {
        using var circle = await Circle.StartAsync(App);
        var mail = Circle.NewEmail("secret-address");
        var invite = await circle.InviteAsync(new { email = mail, name = "Nils", role = "relative" });
        await circle.Founder.PostAsync($"{circle.Invites}/{invite.GetProperty("id")}/resend", null, HttpStatusCode.OK);
        await circle.Founder.DeleteAsync($"{circle.Invites}/{invite.GetProperty("id")}", HttpStatusCode.OK);
        var olga = await circle.MemberAsync("relative");
        var declined = await circle.InviteAsync(new { email = Circle.NewEmail(), name = "Eva" });
        await circle.Stranger().PostAsync($"/api/invites/{circle.Token(declined)}/decline", null, HttpStatusCode.OK);
        var per = await circle.SomebodyAsync("Per");
        var no = await AskAsync(per, circle);
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{no}/deny", null, HttpStatusCode.OK);
        var yes = await AskAsync(await circle.SomebodyAsync("Pia"), circle);
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{yes}/approve", null, HttpStatusCode.OK);
        await olga.PostAsync($"{circle.Path}/leave", null, HttpStatusCode.NoContent);

        var items = await ItemsAsync(circle.Founder, circle, "?limit=100");

        Assert.Equal(["id", "at", "type", "actor", "subject", "data"], items[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            [
                "member.left", "member.joined", "request.approved", "request.created", "request.denied", "request.created", "invite.declined", "invite.created",
                "invite.accepted", "member.joined", "invite.created", "invite.revoked", "invite.resent", "invite.created", "family.created",
            ],
            InOrder(items));
        Assert.Equal(items.Select(i => i.GetProperty("id").GetGuid()).OrderDescending(), items.Select(i => i.GetProperty("id").GetGuid()));
        var text = string.Concat(items.Select(i => i.GetRawText()));
        Assert.DoesNotContain("@", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_sees_one_child_sees_what_concerns_that_child_alone_and_themselves()
    {
        using var circle = await Circle.StartAsync(App);
        var (mia, noah) = (await circle.AddChildAsync(shared.Database, "Mia"), await circle.AddChildAsync(shared.Database, "Noah"));
        var miasSitter = await ScopedAsync(circle, "Sitter", mia);
        await ScopedAsync(circle, "Other sitter", noah);
        await ScopedAsync(circle, "Both", mia, noah);
        await circle.MemberAsync("relative", "Whole");
        await AskAsync(await circle.SomebodyAsync("For Noah"), circle, noah);
        await AskAsync(await circle.SomebodyAsync("For Mia"), circle, mia);

        var seen = (await ItemsAsync(miasSitter, circle, "?limit=100")).Where(i => Type(i) is "member.joined" or "request.created").ToList();

        Assert.Equal(["For Mia", "Sitter"], seen.Select(i => i.GetProperty("subject").GetProperty("name").GetString()!));
        var all = await ItemsAsync(circle.Founder, circle, "?limit=100");
        Assert.Equal(6, all.Count(i => Type(i) is "member.joined" or "request.created"));
        using var page = await OpenAsync(miasSitter.Email, circle);
        Assert.Contains("For Mia asked to join", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Noah", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Other sitter", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Whole asked", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_person_alone_is_what_they_did_and_what_was_done_about_them()
    {
        using var circle = await Circle.StartAsync(App, founder: "Ana Aasen");
        var bo = await circle.MemberAsync("co-parent", "Bo");
        var olga = await circle.MemberAsync("relative", "Olga", by: bo);
        var (boId, olgaId) = (await circle.MemberIdAsync(bo), await circle.MemberIdAsync(olga));
        await circle.InviteAsync(new { email = Circle.NewEmail(), name = "Of Ana" });
        await bo.DeleteAsync($"{circle.Path}/members/{olgaId}", HttpStatusCode.NoContent);

        Assert.Equal(
            ["member.removed", "invite.created", "invite.accepted", "member.joined"],
            InOrder(await ItemsAsync(circle.Founder, circle, $"?memberId={boId}")));
        Assert.Equal(
            ["member.removed", "invite.accepted", "member.joined"],
            InOrder(await ItemsAsync(circle.Founder, circle, $"?memberId={olgaId}")));
        Assert.Empty(await ItemsAsync(circle.Founder, circle, $"?memberId={Guid.NewGuid()}"));

        using var page = await OpenAsync(circle.Founder.Email, circle);
        Assert.Equal(["", "Ana Aasen", "Bo"], page.Page.QuerySelectorAll("select[name=memberId] option").Select(o => o.GetAttribute("value")!.Length == 0 ? "" : o.TextContent));
        await page.OpenAsync($"/families/{circle.Id}/activity?memberId={boId}");
        Assert.Contains("Bo removed Olga", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Of Ana", page.Text, StringComparison.Ordinal);
        Assert.Equal("Bo", page.Page.QuerySelector("select[name=memberId] option[selected]")!.TextContent);
        // As the form sends it for everybody.
        await page.OpenAsync($"/families/{circle.Id}/activity?memberId=");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Of Ana", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_says_one_thing_once_and_goes_on_where_it_ended()
    {
        using var circle = await Circle.StartAsync(App, founder: "Ana Aasen");
        var request = await AskAsync(await circle.SomebodyAsync("Per Dahl"), circle);
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{request}/approve", null, HttpStatusCode.OK);
        using var page = await OpenAsync(circle.Founder.Email, circle);
        Assert.Contains("Ana Aasen let Per Dahl in", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Per Dahl joined", page.Text, StringComparison.Ordinal);

        var founder = await circle.MemberIdAsync(circle.Founder);
        for (var i = 0; i < 45; i++)
        {
            await shared.Database.ExecuteAsync($"""
                INSERT INTO activity (family_id, id, at, type, actor_id, actor_name, subject_id, subject_name, child_ids)
                VALUES ('{circle.Id}', '{Guid.CreateVersion7(App.Clock.GetUtcNow())}', now(), 'invite.created', '{founder}', 'Ana Aasen', '{Guid.NewGuid()}', 'Number {i:00}', array[]::uuid[])
                """);
        }

        await page.OpenAsync($"/families/{circle.Id}/activity?memberId={founder}");
        Assert.Contains("Number 44", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Number 00", page.Text, StringComparison.Ordinal);
        await page.OpenAsync(page.Page.QuerySelectorAll(".beside a").Single().GetAttribute("href")!);
        Assert.Contains("Number 00", page.Text, StringComparison.Ordinal);
        Assert.Contains("started the family", page.Text, StringComparison.Ordinal);
        Assert.Contains($"memberId={founder}", page.Page.QuerySelectorAll(".beside a").Single().GetAttribute("href"), StringComparison.Ordinal);
        await page.OpenAsync($"/families/{circle.Id}/activity?before=nonsense");
        Assert.Equal(HttpStatusCode.NotFound, page.Status);
    }

    private static string Type(JsonElement item) => item.GetProperty("type").GetString()!;

    // What was written with one save has one instant and no order of its own.
    private static IEnumerable<string> InOrder(IEnumerable<JsonElement> items) =>
        items.OrderByDescending(i => i.GetProperty("at").GetDateTimeOffset()).ThenBy(Type, StringComparer.Ordinal).Select(Type);

    private static async Task<List<JsonElement>> ItemsAsync(Person person, Circle circle, string query) =>
        [.. (await person.GetAsync($"{circle.Path}/activity{query}")).GetProperty("items").EnumerateArray().Where(i => Type(i) != "invite.sent")];

    private static async Task<Guid> AskAsync(Person person, Circle circle, Guid? childId = null) =>
        (await person.PostAsync("/api/access-requests", childId is null ? new { familyId = circle.Id } : new { childId }, HttpStatusCode.Accepted)).GetProperty("id").GetGuid();

    private static async Task<Person> ScopedAsync(Circle circle, string name, params Guid[] children)
    {
        var person = await circle.SomebodyAsync(name);
        var invite = await circle.InviteAsync(new { email = person.Email, role = "caregiver", children = children.Select(c => new { childId = c }) });
        await person.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        return person;
    }

    private async Task<Browser> OpenAsync(string email, Circle circle)
    {
        var browser = new Browser(App);
        await browser.OpenAsync("/sign-in");
        await browser.SendAsync("/sign-in", ("email", email));
        await browser.FollowAsync();
        await browser.SendAsync("/sign-in/code", ("code", SigningIn.Digits(App, Guid.Parse(browser.Page.QuerySelector("input[name=challenge]")!.GetAttribute("value")!))));
        await browser.OpenAsync($"/families/{circle.Id}/activity");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        return browser;
    }
}
