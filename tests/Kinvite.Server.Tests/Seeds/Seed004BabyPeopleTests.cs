using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Seeds;

/// <summary>Who sees a baby: its guardians know, limit and end it; and the baby, grown up, is a person of its own.</summary>
public sealed class Seed004BabyPeopleTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task Seed004_Baby_every_other_guardian_hears_who_sees_their_baby_now_and_nothing_of_what_the_invitation_said()
    {
        using var circle = await Circle.StartAsync(App, "baby", founder: "Ana Aasen");
        var (mia, noa) = (await BabyAsync(circle, "Mia"), await BabyAsync(circle, "Noa"));
        var (dad, other) = (await JoinedAsync(circle, "owner", One(mia), "Dad"), await JoinedAsync(circle, "owner", One(noa), "Other"));
        var muted = await JoinedAsync(circle, "owner", One(mia), "Muted");
        await shared.Database.ExecuteAsync($"UPDATE accounts SET muted_mails = 16 WHERE id = '{muted.AccountId}'; UPDATE accounts SET locale = 'es' WHERE id = '{circle.Founder.AccountId}'");
        await RestAsync();
        var grandma = await circle.SomebodyAsync("Grandma Gerd");
        var sent = await dad.PostAsync(circle.Invites, new { invites = new[] { new { email = grandma.Email, role = "viewer", children = One(mia) } }, message = "Only between us" }, HttpStatusCode.Created);
        var (before, others, silent) = (App.Mailbox.To(circle.Founder.Email).Count, App.Mailbox.To(other.Email).Count, App.Mailbox.To(muted.Email).Count);

        await grandma.PostAsync($"/api/invites/{circle.Token(sent.GetProperty("items")[0].GetProperty("invite"))}/accept", null, HttpStatusCode.OK);

        var mail = await App.Mailbox.WaitForAsync(circle.Founder.Email, before);
        Assert.Contains("Grandma Gerd", mail, StringComparison.Ordinal);
        Assert.Contains("Mia", mail, StringComparison.Ordinal);
        Assert.Contains("desde ahora", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("Only between us", mail, StringComparison.Ordinal);
        await RestAsync();
        Assert.Equal((before + 1, others, silent), (App.Mailbox.To(circle.Founder.Email).Count, App.Mailbox.To(other.Email).Count, App.Mailbox.To(muted.Email).Count));
        // Whoever let her in hears that she joined, and not that somebody did.
        Assert.Single(App.Mailbox.To(dad.Email), m => m.Contains("Subject: Grandma Gerd", StringComparison.Ordinal));

        // Opened for somebody who is here already, and by an answer to a question: the same.
        var dads = App.Mailbox.To(dad.Email).Count;
        await circle.Founder.PatchAsync($"{circle.Path}/members/{await circle.MemberIdAsync(other)}", new { children = new[] { new { childId = mia }, new { childId = noa } } });
        Assert.Contains("Other", await App.Mailbox.WaitForAsync(dad.Email, dads), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seed004_Baby_each_guardian_limits_and_ends_on_the_babys_page_what_somebody_sees()
    {
        using var circle = await Circle.StartAsync(App, "baby", founder: "Ana Aasen");
        var (mia, noa) = (await BabyAsync(circle, "Mia"), await BabyAsync(circle, "Noa"));
        var dad = await JoinedAsync(circle, "owner", One(mia), "Dad");
        var aunt = await JoinedAsync(circle, "editor", new[] { new { childId = mia }, new { childId = noa } }, "Aunt");
        var uncle = await JoinedAsync(circle, "viewer", One(noa), "Uncle");
        var id = await circle.MemberIdAsync(aunt);
        var page = $"/families/{circle.Id}/children/{mia}";
        using var browser = await circle.BrowserOfAsync(dad);
        await browser.OpenAsync(page);
        Assert.Contains("Aunt", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Invited by Ana Aasen", browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Uncle", browser.Text, StringComparison.Ordinal);

        await browser.SendAsync($"{page}/watchers/{id}", ("permission", "view"), ("day", App.Clock.GetUtcNow().AddDays(5).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)));
        await browser.FollowAsync();
        Assert.Contains("Until ", browser.Text, StringComparison.Ordinal);
        Assert.Equal([(mia, "view"), (noa, "edit")], await ChildrenAsync(circle, aunt));
        Assert.True((await circle.Founder.GetAsync($"{circle.Path}/members/{id}")).GetProperty("accessUntil").ValueKind == JsonValueKind.Null);

        await browser.SendAsync($"{page}/watchers/{id}/remove");
        await browser.FollowAsync();
        Assert.DoesNotContain("Aunt", browser.Page.QuerySelector("#watchers")!.TextContent, StringComparison.Ordinal);
        Assert.Equal([(noa, "edit")], await ChildrenAsync(circle, aunt));

        // The owner adds somebody of the family, and who sees nobody else is out afterwards.
        using var owner = await circle.BrowserOfAsync(circle.Founder);
        await owner.OpenAsync(page);
        await owner.SendAsync($"{page}/watchers", ("memberId", (await circle.MemberIdAsync(uncle)).ToString()), ("permission", "edit"));
        Assert.Equal([(mia, "edit"), (noa, "view")], await ChildrenAsync(circle, uncle));
        await owner.OpenAsync($"/families/{circle.Id}/children/{noa}");
        await owner.SendAsync($"/families/{circle.Id}/children/{noa}/watchers/{id}/remove");
        await aunt.GetRefusedAsync(circle.Path, 404, "not_found");
    }

    [Fact]
    public async Task Seed004_Baby_what_ends_for_one_baby_goes_on_for_the_other()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var (mia, noa) = (await BabyAsync(circle, "Mia"), await BabyAsync(circle, "Noa"));
        var sitter = await JoinedAsync(circle, "editor", One(mia), "Sitter");
        var invite = await circle.InviteAsync(new { email = sitter.Email, role = "editor", children = One(noa), accessUntil = App.Clock.GetUtcNow().AddHours(1) });
        await sitter.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        Assert.Equal(2, (await ChildrenAsync(circle, sitter)).Count);

        await shared.Database.ExecuteAsync($"UPDATE member_children SET until = now() - interval '1 second' WHERE child_id = '{noa}'");

        Assert.Equal([(mia, "edit")], await ChildrenAsync(circle, sitter));
        await sitter.GetRefusedAsync($"{circle.Path}/members/{noa}", 404, "not_found");
        await sitter.GetAsync($"{circle.Path}/members/{mia}");
    }

    [Fact]
    public async Task Seed004_Baby_grown_up_it_is_a_person_and_those_who_saw_the_baby_see_the_person_and_manage_nothing()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var (mia, noa) = (await BabyAsync(circle, "Mia"), await BabyAsync(circle, "Noa"));
        var (dad, grandma) = (await JoinedAsync(circle, "owner", One(mia), "Dad"), await JoinedAsync(circle, "viewer", One(mia), "Grandma"));
        await shared.Database.ExecuteAsync($"UPDATE members SET points = 7, pin_hash = 'x', pin_tries = 2 WHERE id = '{mia}'");
        var waiting = (await circle.InviteAsync(new { email = Circle.NewEmail(), role = "viewer", children = One(mia) }, dad)).GetProperty("id").GetGuid();
        var asked = (await (await circle.SomebodyAsync("Per")).PostAsync("/api/access-requests", new { childId = mia }, HttpStatusCode.Accepted)).GetProperty("id").GetGuid();
        var tablet = Guid.CreateVersion7();
        await shared.Database.ExecuteAsync($"""
            INSERT INTO devices (id, family_id, name, secret_hash, added_by, added_by_name, created_at, last_seen_at) VALUES ('{tablet}', '{circle.Id}', 'Kitchen', '\x00', '{mia}', 'Ana', now(), now());
            INSERT INTO sessions (id, device_id, family_id, member_id, kind, secret_hash, secret_ends_at, created_at, last_seen_at, ends_at, authenticated_at)
            VALUES ('{tablet}', '{tablet}', '{circle.Id}', '{mia}', 3, '\x00', now() + interval '1 day', now(), now(), now() + interval '1 day', now())
            """);
        var grown = await circle.SomebodyAsync("Mia Aasen");

        // By her father, who manages her: she sees herself and no child.
        var invite = await circle.InviteAsync(new { email = grown.Email, role = "viewer", memberId = mia }, dad);
        var joined = await grown.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);

        Assert.Equal(mia, joined.GetProperty("memberId").GetGuid());
        Assert.Equal((7L, 0L), (await shared.Database.ScalarAsync<long>($"SELECT points::bigint FROM members WHERE id = '{mia}'"), await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE id = '{mia}' AND (pin_hash IS NOT NULL OR pin_tries > 0)")));
        Assert.Equal(1L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM sessions WHERE id = '{tablet}' AND ended_at IS NOT NULL"));
        Assert.Empty(await ChildrenAsync(circle, grown));
        await grown.GetRefusedAsync($"{circle.Path}/members/{noa}", 404, "not_found");
        Assert.Contains("child.added", (await grown.GetAsync($"{circle.Path}/activity?limit=100")).GetProperty("items").EnumerateArray().Select(a => a.GetProperty("type").GetString()));
        foreach (var watcher in new[] { dad, grandma })
        {
            Assert.Equal("Mia", (await watcher.GetAsync($"{circle.Path}/members/{mia}")).GetProperty("name").GetString());
            Assert.Equal([(mia, "view")], await ChildrenAsync(circle, watcher));
        }

        await dad.RefusedAsync(HttpMethod.Delete, $"{circle.Path}/members/{mia}", null, 403, "rights.missing");
        await dad.PostRefusedAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail(), role = "viewer", children = One(mia) } } }, 403, "rights.missing");
        Assert.Equal("revoked", (await circle.Founder.GetAsync($"{circle.Invites}/{waiting}")).GetProperty("status").GetString());
        Assert.Equal(5, await shared.Database.ScalarAsync<short>($"SELECT status FROM access_requests WHERE id = '{asked}'"));
    }

    private async Task RestAsync()
    {
        for (var tries = 0; await shared.Database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE done_at IS NULL") > 0; tries++)
        {
            Assert.True(tries < 400, "The mails never went out.");
            await Task.Delay(50);
        }
    }

    private static async Task<IReadOnlyList<(Guid Child, string? Permission)>> ChildrenAsync(Circle circle, Person person) =>
        [.. (await person.GetAsync($"{circle.Path}/me")).GetProperty("children").EnumerateArray().Select(c => (c.GetProperty("childId").GetGuid(), c.GetProperty("permission").GetString())).OrderBy(c => c.Item1)];

    private static async Task<Person> JoinedAsync(Circle circle, string role, object children, string name)
    {
        var person = await circle.SomebodyAsync(name);
        var invite = await circle.InviteAsync(new { email = person.Email, role, children });
        await person.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        return person;
    }

    private static async Task<Guid> BabyAsync(Circle circle, string name) =>
        (await circle.Founder.PostAsync($"{circle.Path}/members", new { name, role = "baby" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();

    private static object[] One(Guid child) => [new { childId = child }];
}
