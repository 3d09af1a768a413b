using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.AccessRequests;

/// <summary>Asking and answering by pages alone, with no script at all.</summary>
public sealed class RequestPagesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task Asking_leads_through_the_sign_in_and_back_and_can_be_taken_back()
    {
        using var circle = await Circle.StartAsync(App, name: "The Hidden Family");
        var page = $"/request-access?familyId={circle.Id}";
        using var per = new Browser(App);

        await per.OpenAsync(page);
        Assert.Equal(HttpStatusCode.OK, per.Status);
        Assert.Null(per.Page.QuerySelector("form[action='/request-access']"));
        await SignInAsync(per, per.Page.QuerySelector("main a.button-primary")!.GetAttribute("href")!, Circle.NewEmail("per"));
        Assert.Equal(page, per.SeeOther);
        await per.FollowAsync();

        await per.SendAsync("/request-access", ("message", "I am your neighbour."));
        Assert.Equal(page, per.SeeOther);
        await per.FollowAsync();
        Assert.Contains("We have passed it on", per.Text, StringComparison.Ordinal);
        Assert.Contains("Waits for an answer", per.Text, StringComparison.Ordinal);
        Assert.Contains("I am your neighbour.", per.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Hidden", per.Page.DocumentElement.TextContent, StringComparison.Ordinal);
        Assert.Null(per.Page.QuerySelector("form[action='/request-access']"));
        var request = Assert.Single((await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").EnumerateArray());

        await per.SendAsync($"/request-access/{request.GetProperty("id")}/withdraw");
        await per.FollowAsync();
        Assert.Contains("You have taken it back", per.Text, StringComparison.Ordinal);
        Assert.NotNull(per.Page.QuerySelector("form[action='/request-access']"));
        Assert.Equal(0, (await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("/request-access")]
    [InlineData("/request-access?familyId=123")]
    [InlineData("/request-access?babyId=123")]
    [InlineData("/request-access?familyId=01990000-0000-7000-8000-000000000001")]
    [InlineData("/request-access?babyId=01990000-0000-7000-8000-000000000001")]
    public async Task It_is_a_page_for_anybody(string path)
    {
        using var stranger = new Browser(App);
        await stranger.OpenAsync(path);
        Assert.Equal((HttpStatusCode.OK, 1), (stranger.Status, stranger.Page.QuerySelectorAll("h1").Length));

        using var known = new Browser(App, "es");
        await SignInAsync(known, "/sign-in", Circle.NewEmail());
        await known.OpenAsync(path);
        Assert.Equal((HttpStatusCode.OK, 1), (known.Status, known.Page.QuerySelectorAll("h1").Length));
    }

    [Fact]
    public async Task ENU_Every_step_looks_the_same_for_a_family_that_is_not_there()
    {
        using var circle = await Circle.StartAsync(App, name: "The Hidden Family");
        var seen = new List<string>();
        foreach (var (family, email) in new[] { (circle.Id, "qqa@example.net"), (Guid.NewGuid(), "qqb@example.net") })
        {
            using var per = new Browser(App);
            await SignInAsync(per, "/sign-in", email);
            await per.OpenAsync($"/request-access?familyId={family}");
            var steps = per.Page.QuerySelector("main")!.InnerHtml;
            await per.SendAsync("/request-access");
            await per.FollowAsync();
            steps += per.Page.QuerySelector("main")!.InnerHtml;
            var withdraw = per.Page.QuerySelectorAll("form").Select(f => f.GetAttribute("action")!).Single(a => a.EndsWith("/withdraw", StringComparison.Ordinal));
            await per.SendAsync(withdraw);
            await per.FollowAsync();
            steps += per.Page.QuerySelector("main")!.InnerHtml;
            // Its own ids, times and tokens aside.
            steps = steps.Replace(family.ToString("D"), "F", StringComparison.Ordinal).Replace(withdraw, "W", StringComparison.Ordinal).Replace(email[..3], "N", StringComparison.Ordinal);
            steps = System.Text.RegularExpressions.Regex.Replace(steps, "(value=\"CfDJ[^\"]*\"|<time.*?</time>)", "", System.Text.RegularExpressions.RegexOptions.Singleline);
            seen.Add(steps);
        }

        Assert.Equal(seen[0], seen[1]);
    }

    [Fact]
    public async Task A_faulty_or_stale_form_keeps_what_was_typed_and_asks_nobody()
    {
        using var circle = await Circle.StartAsync(App);
        using var per = new Browser(App);
        await SignInAsync(per, "/sign-in", Circle.NewEmail("per"));
        await per.OpenAsync($"/request-access?familyId={circle.Id}");

        await per.SendAsync("/request-access", ("message", new string('x', 501)));
        Assert.Equal(HttpStatusCode.BadRequest, per.Status);
        Assert.Contains("xxxxx", per.Page.QuerySelector("textarea[name=message]")!.TextContent, StringComparison.Ordinal);
        await per.PostAsync("/request-access", [new("familyId", circle.Id.ToString()), new("message", "Hello there")]);
        Assert.Equal(HttpStatusCode.BadRequest, per.Status);
        Assert.Contains("Hello there", per.Page.QuerySelector("textarea[name=message]")!.TextContent, StringComparison.Ordinal);

        Assert.Equal(0, (await circle.Founder.GetAsync($"{circle.Path}/access-requests?status=all")).GetProperty("items").GetArrayLength());
        using var stranger = new Browser(App);
        await stranger.PostAsync("/request-access", [new("familyId", circle.Id.ToString())]);
        Assert.Equal(HttpStatusCode.BadRequest, stranger.Status);
        await stranger.PostAsync($"/request-access/{Guid.NewGuid()}/withdraw", []);
        Assert.Equal(HttpStatusCode.BadRequest, stranger.Status);
    }

    [Fact]
    public async Task After_a_no_the_page_says_when_one_may_ask_again_and_inside_it_leads_in()
    {
        using var circle = await Circle.StartAsync(App);
        var email = Circle.NewEmail("per");
        using var per = new Browser(App);
        await SignInAsync(per, "/sign-in", email);
        await per.OpenAsync($"/request-access?familyId={circle.Id}");
        await per.SendAsync("/request-access");
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{await OnlyAsync(circle)}/deny", null, HttpStatusCode.OK);

        await per.OpenAsync($"/request-access?familyId={circle.Id}");
        Assert.Contains("You were told no", per.Text, StringComparison.Ordinal);
        Assert.Null(per.Page.QuerySelector("form[action='/request-access']"));

        await shared.Database.ExecuteAsync($"UPDATE access_requests SET resolved_at = now() - interval '8 days' WHERE family_id = '{circle.Id}'");
        await per.OpenAsync($"/request-access?familyId={circle.Id}");
        await per.SendAsync("/request-access");
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{await OnlyAsync(circle)}/approve", null, HttpStatusCode.OK);
        await per.OpenAsync($"/request-access?familyId={circle.Id}");
        Assert.Equal($"/families/{circle.Id}", per.Page.QuerySelector("main a.button-primary")!.GetAttribute("href"));
    }

    [Fact]
    public async Task Somebody_is_let_in_as_chosen_for_chosen_children_until_a_day()
    {
        using var circle = await Circle.StartAsync(App, name: "The Vik family");
        var (mia, noah) = (await circle.AddChildAsync(shared.Database, "Mia"), await circle.AddChildAsync(shared.Database, "Noah"));
        using var ana = await OpenRequestsAsync(circle);
        var per = await circle.SomebodyAsync("Per Dahl");
        await per.PostAsync("/api/access-requests", new { childId = mia, role = "co-parent" }, HttpStatusCode.Accepted);
        await ana.OpenAsync($"/families/{circle.Id}/requests");

        Assert.Contains("Would like to see Mia", ana.Text, StringComparison.Ordinal);
        Assert.Contains("Would like to be: Co-parent", ana.Text, StringComparison.Ordinal);
        // What they would like to be is never chosen by itself.
        Assert.Equal("relative", ana.Page.QuerySelector("input[name=role][checked]")!.GetAttribute("value"));
        Assert.Equal([mia.ToString()], ana.Page.QuerySelectorAll("input[name=children][checked]").Select(c => c.GetAttribute("value")!));
        var approve = $"/families/{circle.Id}/requests/{await OnlyAsync(circle)}/approve";
        var token = ana.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;

        await ana.PostAsync(approve, Chosen("caregiver", "2001-01-01"));
        Assert.Equal(HttpStatusCode.BadRequest, ana.Status);
        Assert.Contains("Choose a day that is still to come", ana.Text, StringComparison.Ordinal);
        Assert.Equal("caregiver", ana.Page.QuerySelector("input[name=role][checked]")!.GetAttribute("value"));
        Assert.Equal(2, ana.Page.QuerySelectorAll("input[name=children][checked]").Length);
        Assert.Equal("2001-01-01", ana.Page.QuerySelector("input[name=accessUntil]")!.GetAttribute("value"));

        await ana.PostAsync(approve, Chosen("caregiver", "2099-01-01"));
        await ana.FollowAsync();
        Assert.Contains("Per Dahl is in the family now", ana.Text, StringComparison.Ordinal);
        var me = await per.GetAsync($"{circle.Path}/me");
        Assert.Equal("caregiver", me.GetProperty("role").GetString());
        Assert.Equal(2, me.GetProperty("children").GetArrayLength());
        Assert.Equal(2099, (await per.GetAsync($"{circle.Path}/members/{me.GetProperty("memberId")}")).GetProperty("accessUntil").GetDateTimeOffset().Year);

        List<KeyValuePair<string, string>> Chosen(string role, string day) =>
        [
            new("__RequestVerificationToken", token), new("role", role), new("accessUntil", day), new("children", mia.ToString()), new("children", noah.ToString()),
        ];
    }

    [Fact]
    public async Task What_stays_as_it_was_offered_keeps_the_finer_points_of_the_invitation()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var end = App.Clock.GetUtcNow().AddDays(10);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail(), role = "caregiver", accessUntil = end, children = new[] { new { childId = mia, permission = "view" } } });
        var per = await circle.SomebodyAsync("Per");
        await per.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        using var ana = await OpenRequestsAsync(circle);

        await ana.SendAsync($"/families/{circle.Id}/requests/{await OnlyAsync(circle)}/approve");

        var me = await per.GetAsync($"{circle.Path}/me");
        Assert.Equal("view", Assert.Single(me.GetProperty("children").EnumerateArray()).GetProperty("permission").GetString());
        var until = (await per.GetAsync($"{circle.Path}/members/{me.GetProperty("memberId")}")).GetProperty("accessUntil").GetDateTimeOffset();
        Assert.Equal(end.ToUnixTimeSeconds(), until.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Somebody_is_blocked_and_may_ask_again_when_the_family_says_so()
    {
        using var circle = await Circle.StartAsync(App);
        var per = await circle.SomebodyAsync("Per Dahl");
        await per.PostAsync("/api/access-requests", new { familyId = circle.Id }, HttpStatusCode.Accepted);
        using var ana = await OpenRequestsAsync(circle);

        await ana.SendAsync($"/families/{circle.Id}/requests/{await OnlyAsync(circle)}/deny", ("block", "true"));
        await ana.FollowAsync();
        Assert.Contains("Per Dahl stays outside, and you see no more requests of theirs", ana.Text, StringComparison.Ordinal);
        await per.PostAsync("/api/access-requests", new { familyId = circle.Id }, HttpStatusCode.Accepted);
        await ana.OpenAsync($"/families/{circle.Id}/requests");
        Assert.Empty(ana.Page.QuerySelectorAll(".request"));
        Assert.Contains(per.Email, ana.Text, StringComparison.Ordinal);

        await ana.SendAsync($"/families/{circle.Id}/requests/blocked/{per.AccountId}/unblock");
        await ana.FollowAsync();
        Assert.Contains("Per Dahl can ask again", ana.Text, StringComparison.Ordinal);
        Assert.Equal("closed", (await per.GetAsync("/api/access-requests")).GetProperty("items")[0].GetProperty("status").GetString());
        await per.PostAsync("/api/access-requests", new { familyId = circle.Id }, HttpStatusCode.Accepted);
        await ana.OpenAsync($"/families/{circle.Id}/requests");
        Assert.Single(ana.Page.QuerySelectorAll(".request"));
    }

    [Fact]
    public async Task Only_who_answers_for_the_whole_family_sees_who_is_blocked()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var blocked = await circle.SomebodyAsync("Blocked Bert");
        await blocked.PostAsync("/api/access-requests", new { familyId = circle.Id }, HttpStatusCode.Accepted);
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{await OnlyAsync(circle)}/deny", new { block = true }, HttpStatusCode.OK);
        var email = Circle.NewEmail("father");
        var invite = await circle.InviteAsync(new { email, role = "co-parent", children = new[] { new { childId = mia } } });
        using var father = new Browser(App);
        await SignInAsync(father, "/sign-in", email);
        await father.OpenAsync("/account/shared");
        await father.SendAsync($"/account/shared/{invite.GetProperty("id")}/accept", ("name", "Father"));

        await (await circle.SomebodyAsync("Per")).PostAsync("/api/access-requests", new { childId = mia }, HttpStatusCode.Accepted);
        await father.OpenAsync($"/families/{circle.Id}/requests");

        Assert.Single(father.Page.QuerySelectorAll(".request"));
        Assert.DoesNotContain("Blocked Bert", father.Text, StringComparison.Ordinal);
        Assert.Null(father.Page.QuerySelector("input[name=block]"));
        await father.SendAsync(father.Page.QuerySelector("form[action$='/deny']")!.GetAttribute("action")!);
        Assert.Equal(HttpStatusCode.SeeOther, father.Status);
    }

    [Fact]
    public async Task A_full_page_of_requests_stays_small()
    {
        using var circle = await Circle.StartAsync(App);
        for (var i = 0; i < 20; i++)
        {
            await circle.AddChildAsync(shared.Database, $"Child number {i}");
        }

        for (var i = 0; i < 7; i++)
        {
            await (await circle.SomebodyAsync("Per")).PostAsync("/api/access-requests", new { familyId = circle.Id, message = new string('x', 500) }, HttpStatusCode.Accepted);
        }

        using var ana = await OpenRequestsAsync(circle);

        Assert.Equal(6, ana.Page.QuerySelectorAll(".request").Length);
        Assert.Contains("More people wait", ana.Text, StringComparison.Ordinal);
        using var response = await ana.Client.GetAsync($"/families/{circle.Id}/requests");
        Assert.InRange((await response.Content.ReadAsStringAsync()).Length, 1, 60_000);
    }

    private static async Task<Guid> OnlyAsync(Circle circle) =>
        Assert.Single((await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").EnumerateArray()).GetProperty("id").GetGuid();

    private async Task<Browser> OpenRequestsAsync(Circle circle)
    {
        var ana = new Browser(App);
        await SignInAsync(ana, "/sign-in", circle.Founder.Email);
        await ana.OpenAsync($"/families/{circle.Id}/requests");
        Assert.Equal(HttpStatusCode.OK, ana.Status);
        return ana;
    }

    private async Task SignInAsync(Browser browser, string signIn, string email)
    {
        await browser.OpenAsync(signIn);
        await browser.SendAsync("/sign-in", ("email", email));
        await browser.FollowAsync();
        await browser.SendAsync("/sign-in/code", ("code", SigningIn.Digits(App, Guid.Parse(browser.Page.QuerySelector("input[name=challenge]")!.GetAttribute("value")!))));
    }
}
