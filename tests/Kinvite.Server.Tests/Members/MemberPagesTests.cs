using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Members;

/// <summary>The circle, a person's page, a child's page and the settings, in a browser without scripts.</summary>
public sealed class MemberPagesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task A_child_is_added_on_the_circle_and_what_is_wrong_keeps_what_was_typed()
    {
        using var circle = await Circle.StartAsync(App);
        using var browser = await SignedInAsync(circle.Founder);
        await browser.OpenAsync(Page(circle));
        Assert.Contains("1 adult", browser.Text, StringComparison.Ordinal);

        await browser.SendAsync($"{Page(circle)}/members", ("name", "Mia"), ("birthYear", "long ago"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal("Mia", browser.Page.QuerySelector("#add input[name=name]")!.GetAttribute("value"));
        Assert.Contains("Write a year from 1900", browser.Text, StringComparison.Ordinal);

        await browser.SendAsync($"{Page(circle)}/members", ("name", "Mia"), ("birthYear", "2021"));
        await browser.FollowAsync();
        Assert.Contains("Mia is part of the family now.", browser.Text, StringComparison.Ordinal);
        Assert.Contains("1 adult and 1 child", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_persons_page_says_what_they_are_and_see_and_changes_it()
    {
        using var circle = await Circle.StartAsync(App, founder: "Ana Aasen");
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var olga = await circle.MemberAsync("relative", "Olga Berg");
        var id = await circle.MemberIdAsync(olga);
        using var browser = await SignedInAsync(circle.Founder);

        await browser.OpenAsync($"{Page(circle)}/members/{id}");
        Assert.Contains("Sees everything the family shares; cannot change anything or invite.", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Invited byAna Aasen", browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("admin", browser.Page.QuerySelector("main")!.TextContent, StringComparison.OrdinalIgnoreCase);

        await browser.SendAsync($"{Page(circle)}/members/{id}/access", ("role", "caregiver"), ("permission", "role"), ("children", mia.ToString()));
        await browser.FollowAsync();
        Assert.Contains("What you changed about Olga Berg is saved.", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Mia: looks and changes things", browser.Text, StringComparison.Ordinal);
        Assert.Equal(("caregiver", "edit"), await StandingAsync(olga, circle));

        // Sent again as it stands, it changes nothing.
        await browser.SendAsync($"{Page(circle)}/members/{id}/access");
        Assert.Equal(("caregiver", "edit"), await StandingAsync(olga, circle));
        await browser.FollowAsync();

        await browser.SendAsync($"{Page(circle)}/members/{id}/access", ("permission", "view"));
        Assert.Equal(("caregiver", "view"), await StandingAsync(olga, circle));
        await browser.FollowAsync();
        await browser.SendAsync($"{Page(circle)}/members/{id}/profile", ("name", "www.spam.example"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal("www.spam.example", browser.Page.QuerySelector("#profile input[name=name]")!.GetAttribute("value"));
        await browser.SendAsync($"{Page(circle)}/members/{id}/profile", ("name", "Oma Olga"), ("avatar", "moon"));
        await browser.FollowAsync();
        Assert.Equal("Oma Olga", browser.Page.QuerySelector("h1 bdi")!.TextContent);
    }

    [Fact]
    public async Task One_tap_extends_and_whose_time_is_over_is_seen_extended_and_removed()
    {
        using var circle = await Circle.StartAsync(App);
        var sitter = await circle.MemberAsync("caregiver", "Sitter");
        var id = await circle.MemberIdAsync(sitter);
        using var browser = await SignedInAsync(circle.Founder);
        await browser.OpenAsync($"{Page(circle)}/members/{id}");

        await browser.SendAsync($"{Page(circle)}/members/{id}/until", ("day", "2001-01-01"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.NotEmpty(browser.Page.QuerySelector("#day-fault")!.TextContent);
        await browser.SendAsync($"{Page(circle)}/members/{id}/until", ("day", "2199-01-01"));
        await browser.FollowAsync();
        Assert.Contains("2199", browser.Text, StringComparison.Ordinal);

        await shared.Database.ExecuteAsync($"UPDATE members SET access_until = now() - interval '1 hour' WHERE family_id = '{circle.Id}' AND id = '{id}'");
        await sitter.GetRefusedAsync(circle.Path, 404, "not_found");
        await browser.OpenAsync(Page(circle));
        Assert.Contains("Access ended", browser.Text, StringComparison.Ordinal);
        await browser.OpenAsync($"{Page(circle)}/members/{id}");
        Assert.Contains("The time of Sitter is over", browser.Text, StringComparison.Ordinal);

        foreach (var (until, days) in new[] { ("tomorrow", 1.0), ("week", 8.0) })
        {
            await browser.SendAsync($"{Page(circle)}/members/{id}/until", ("until", until));
            await browser.FollowAsync();
            var end = (await circle.Founder.GetAsync($"{circle.Path}/members/{id}")).GetProperty("accessUntil").GetDateTimeOffset();
            Assert.Equal(days, (end - App.Clock.GetUtcNow()).TotalDays, 0.01);
        }

        await browser.SendAsync($"{Page(circle)}/members/{id}/until", ("until", "none"));
        await sitter.GetAsync(circle.Path);
        await browser.FollowAsync();
        await browser.SendAsync($"{Page(circle)}/members/{id}/remove");
        await browser.FollowAsync();
        Assert.Contains("Sitter is no longer in the family", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_childs_page_says_who_can_see_it_and_why()
    {
        using var circle = await Circle.StartAsync(App, founder: "Ana Aasen");
        var (mia, noa) = (await circle.AddChildAsync(shared.Database, "Mia"), await circle.AddChildAsync(shared.Database, "Noa"));
        var aunt = await circle.MemberAsync("relative", "Aunt Amy");
        var uncle = await circle.MemberAsync("relative", "Uncle Ulf");
        await circle.Founder.PatchAsync($"{circle.Path}/members/{await circle.MemberIdAsync(uncle)}", new { children = new[] { new { childId = noa } } });
        using var browser = await SignedInAsync(circle.Founder);

        await browser.OpenAsync($"{Page(circle)}/members/{mia}");
        Assert.Equal("Mia", browser.Page.QuerySelector("h1")!.TextContent);
        var watchers = browser.Page.QuerySelector("#watchers")!.TextContent;
        Assert.Contains("Looks after the child.", watchers, StringComparison.Ordinal);
        Assert.Contains("Aunt Amy", watchers, StringComparison.Ordinal);
        Assert.DoesNotContain("Uncle Ulf", watchers, StringComparison.Ordinal);
        await browser.OpenAsync($"{Page(circle)}/children/{noa}");
        Assert.Contains("This child was chosen for them.", browser.Text, StringComparison.Ordinal);

        await browser.SendAsync($"{Page(circle)}/members/{noa}/profile", ("name", "Noa Berg"), ("birthYear", "2022"));
        await browser.FollowAsync();
        Assert.Contains("born 2022", browser.Text, StringComparison.Ordinal);

        using var limited = await SignedInAsync(uncle);
        await limited.OpenAsync($"{Page(circle)}/children/{mia}");
        Assert.Equal(HttpStatusCode.NotFound, limited.Status);
        await limited.OpenAsync($"{Page(circle)}/children/{noa}");
        Assert.DoesNotContain("Aunt Amy's", limited.Text, StringComparison.Ordinal);
        Assert.Empty(limited.Page.QuerySelectorAll("#profile, .confirm"));
        await limited.OpenAsync($"{Page(circle)}/children/{await circle.MemberIdAsync(aunt)}");
        Assert.Equal(HttpStatusCode.NotFound, limited.Status);
    }

    [Fact]
    public async Task Who_may_change_nothing_sees_no_forms_and_a_forged_post_changes_nothing()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("relative");
        var bo = await circle.MemberIdAsync(await circle.MemberAsync("friend", "Bo"));
        using var browser = await SignedInAsync(olga);

        await browser.OpenAsync($"{Page(circle)}/members/{bo}");
        Assert.Empty(browser.Page.QuerySelectorAll("main form"));
        await browser.OpenAsync($"{Page(circle)}/settings");
        Assert.Equal([$"{Page(circle)}/leave"], browser.Page.QuerySelectorAll("main form").Select(f => f.GetAttribute("action")));

        using var founder = await SignedInAsync(circle.Founder);
        foreach (var path in new[] { $"members/{bo}/access", $"members/{bo}/until", $"members/{bo}/profile", "members", "settings", "settings/owner", "settings/delete" })
        {
            await founder.PostAsync($"{Page(circle)}/{path}", [new("role", "co-parent"), new("name", "Forged"), new("until", "none"), new("memberId", bo.ToString()), new("typedName", circle.Name)]);
            Assert.Equal(HttpStatusCode.BadRequest, founder.Status);
        }

        Assert.Equal("Bo", (await circle.Founder.GetAsync($"{circle.Path}/members/{bo}")).GetProperty("name").GetString());
        Assert.Equal(circle.Name, (await circle.Founder.GetAsync(circle.Path)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_settings_rename_hand_over_and_delete_by_typing_the_name()
    {
        using var circle = await Circle.StartAsync(App, name: "The Aasens");
        var bo = await circle.MemberAsync("relative", "Bo");
        using var browser = await SignedInAsync(circle.Founder);
        await browser.OpenAsync($"{Page(circle)}/settings");
        Assert.Contains("here these invite others: Co-parent.", browser.Text, StringComparison.Ordinal);
        Assert.Equal($"/api/families/{circle.Id}/export", browser.Page.QuerySelector("#export a")!.GetAttribute("href"));

        await browser.SendAsync($"{Page(circle)}/settings", ("name", ""), ("locale", "es"), ("timeZone", "Europe/Madrid"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        await browser.SendAsync($"{Page(circle)}/settings", ("name", "The Bergs"), ("locale", "es"), ("timeZone", "Europe/Madrid"));
        await browser.FollowAsync();
        Assert.Contains("The settings are saved.", browser.Text, StringComparison.Ordinal);
        Assert.Equal("Europe/Madrid", (await circle.Founder.GetAsync(circle.Path)).GetProperty("timeZone").GetString());

        await browser.SendAsync($"{Page(circle)}/settings/owner", ("memberId", (await circle.MemberIdAsync(bo)).ToString()));
        await browser.FollowAsync();
        Assert.Contains("The family is in the hands of Bo now.", browser.Text, StringComparison.Ordinal);

        using var owner = await SignedInAsync(bo);
        await owner.OpenAsync($"{Page(circle)}/settings");
        await owner.SendAsync($"{Page(circle)}/settings/delete", ("typedName", "The Aasens"));
        Assert.Equal(HttpStatusCode.BadRequest, owner.Status);
        Assert.Contains("Type exactly: The Bergs", owner.Text, StringComparison.Ordinal);
        await owner.SendAsync($"{Page(circle)}/settings/delete", ("typedName", "The Bergs"));
        Assert.Equal("/", owner.SeeOther);
        await owner.FollowAsync();
        Assert.Contains("The Bergs is deleted", owner.Text, StringComparison.Ordinal);
        await circle.Founder.GetRefusedAsync(circle.Path, 404, "not_found");
    }

    [Fact]
    public async Task Everything_is_there_in_spanish_as_well()
    {
        using var circle = await Circle.StartAsync(App, founder: "Ana Aasen");
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var olga = await circle.MemberIdAsync(await circle.MemberAsync("relative"));
        await circle.Founder.PatchAsync("/api/account", new { locale = "es" });
        using var browser = await SignedInAsync(circle.Founder);

        await browser.OpenAsync($"{Page(circle)}/members/{olga}");
        Assert.Contains("Invitación deAna Aasen", browser.Text, StringComparison.Ordinal);
        await browser.OpenAsync($"{Page(circle)}/children/{mia}");
        Assert.Contains("Quién puede ver a Mia", browser.Text, StringComparison.Ordinal);
        await browser.OpenAsync($"{Page(circle)}/settings");
        Assert.Contains("Dejar la familia en otras manos", browser.Text, StringComparison.Ordinal);
    }

    private static string Page(Circle circle) => $"/families/{circle.Id}";

    private static async Task<(string?, string?)> StandingAsync(Person person, Circle circle)
    {
        var me = await person.GetAsync($"{circle.Path}/me");
        return (me.GetProperty("role").GetString(), me.GetProperty("permission").GetString());
    }

    private async Task<Browser> SignedInAsync(Person person)
    {
        var browser = new Browser(App);
        await browser.OpenAsync("/sign-in");
        await browser.SendAsync("/sign-in", ("email", person.Email));
        await browser.FollowAsync();
        await browser.SendAsync("/sign-in/code", ("code", SigningIn.Digits(App, Guid.Parse(browser.Page.QuerySelector("input[name=challenge]")!.GetAttribute("value")!))));
        return browser;
    }
}
