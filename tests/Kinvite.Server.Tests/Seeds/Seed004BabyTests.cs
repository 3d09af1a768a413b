using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Invitations;
using Kinvite.Server.Tests.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Seeds;

/// <summary>What the document of the baby log promises, and what it left for later, each as a family of the kind <c>baby</c> keeps it.</summary>
public sealed class Seed004BabyTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task Seed004_Baby_an_address_without_account_is_invited_for_a_baby_for_seven_days_and_joins_it_alone()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var (mia, noa) = (await BabyAsync(circle, "Mia"), await BabyAsync(circle, "Noa"));
        var email = Circle.NewEmail("grandma");
        var before = App.Clock.GetUtcNow();

        var invite = await circle.InviteAsync(new { email, role = "viewer", children = One(mia) });

        Assert.InRange((invite.GetProperty("expiresAt").GetDateTimeOffset() - before).TotalDays, 6.99, 7.01);
        var grandma = await circle.SomebodyAsync("Grandma", email);
        var joined = await grandma.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        Assert.Equal("joined", Text(joined, "outcome"));
        Assert.Equal([(mia, "view")], await ChildrenAsync(circle, grandma));
        await grandma.GetAsync($"{circle.Path}/members/{mia}");
        await grandma.GetRefusedAsync($"{circle.Path}/members/{noa}", 404, "not_found");
        var after = await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}");
        Assert.Equal(("accepted", joined.GetProperty("memberId").GetGuid()), (Text(after, "status"), after.GetProperty("acceptedBy").GetProperty("memberId").GetGuid()));
    }

    [Fact]
    public async Task Seed004_Baby_levels_are_each_childs_own_and_nobody_gives_more_than_they_hold()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var (mia, noa) = (await BabyAsync(circle, "Mia"), await BabyAsync(circle, "Noa"));
        var dad = await JoinedAsync(circle, "owner", new[] { new { childId = mia, permission = "admin" }, new { childId = noa, permission = "view" } });
        Assert.Equal([(mia, "admin"), (noa, "view")], await ChildrenAsync(circle, dad));
        Assert.True((await dad.PostAsync($"{circle.Path}/check", new { capability = "invites.manage", childId = mia }, HttpStatusCode.OK)).GetProperty("allowed").GetBoolean());
        Assert.False((await dad.PostAsync($"{circle.Path}/check", new { capability = "children.edit", childId = noa }, HttpStatusCode.OK)).GetProperty("allowed").GetBoolean());

        await dad.PostRefusedAsync(circle.Invites, Only(new { email = Circle.NewEmail(), role = "viewer", children = One(noa) }), 403, "rights.ceiling");
        await dad.PostRefusedAsync(circle.Invites, Only(new { email = Circle.NewEmail(), role = "viewer", children = new[] { new { childId = mia }, new { childId = noa } } }), 403, "rights.ceiling");
        var own = await circle.InviteAsync(new { email = Circle.NewEmail(), role = "viewer", children = One(mia) }, dad);
        await dad.RefusedAsync(HttpMethod.Patch, $"{circle.Invites}/{own.GetProperty("id")}", new { children = new[] { new { childId = mia }, new { childId = noa } } }, 403, "rights.ceiling");
        Assert.Equal(["children[0].permission"], (await circle.Founder.PostRefusedAsync(
            circle.Invites, Only(new { email = Circle.NewEmail(), role = "viewer", children = new[] { new { childId = mia, permission = "admin" } } }), 400, "validation"))
            .GetProperty("errors").EnumerateObject().Select(e => e.Name[(e.Name.IndexOf('.', StringComparison.Ordinal) + 1)..]));

        // Less than they had: what they could not give any more is over with the same commit, and refused at accept.
        await circle.Founder.PatchAsync($"{circle.Path}/members/{await circle.MemberIdAsync(dad)}", new { children = new[] { new { childId = mia, permission = "edit" } } });
        Assert.Equal("revoked", Text(await circle.Founder.GetAsync($"{circle.Invites}/{own.GetProperty("id")}"), "status"));
        await dad.PostRefusedAsync(circle.Invites, Only(new { email = Circle.NewEmail(), role = "viewer", children = One(mia) }), 403, "rights.missing");
    }

    [Fact]
    public async Task Seed004_Baby_who_shares_as_owner_looks_after_the_chosen_children_and_never_owns_the_family()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var mia = await BabyAsync(circle, "Mia");
        var dad = await JoinedAsync(circle, "owner", One(mia));

        var me = await dad.GetAsync($"{circle.Path}/me");
        Assert.Equal(("owner", "admin"), (Text(me, "role"), Text(me, "permission")));
        Assert.DoesNotContain("family.delete", me.GetProperty("capabilities").EnumerateArray().Select(c => c.GetString()));
        await dad.RefusedAsync(HttpMethod.Delete, circle.Path, new { name = circle.Name }, 403, "rights.missing");
        await dad.PostRefusedAsync($"{circle.Path}/members", new { name = "Another", role = "baby" }, 403, "rights.missing");
        Assert.Equal(["invites[0].permission"], await circle.Founder.FaultsAsync(circle.Invites, Only(new { email = Circle.NewEmail(), role = "owner", permission = "owner", children = One(mia) })));
    }

    [Fact]
    public async Task Seed004_Baby_only_the_invited_address_counts_however_it_is_written()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var mia = await BabyAsync(circle, "Mia");
        var email = Circle.NewEmail("grandpa");
        var invite = await circle.InviteAsync(new { email = email.ToUpperInvariant(), role = "viewer", children = One(mia) });
        var other = await circle.SomebodyAsync("Somebody else");

        await other.PostRefusedAsync($"/api/invites/by-id/{invite.GetProperty("id")}/accept", null, 404, "not_found");
        var refused = await other.PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", null, 403, "invite.wrong_account");
        Assert.DoesNotContain(email, refused.ToString(), StringComparison.OrdinalIgnoreCase);

        var grandpa = await circle.SomebodyAsync("Grandpa", email);
        await grandpa.PostAsync($"/api/invites/by-id/{invite.GetProperty("id")}/accept", null, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Seed004_Baby_who_has_access_already_is_answered_and_nothing_is_doubled_or_lowered()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var (mia, noa) = (await BabyAsync(circle, "Mia"), await BabyAsync(circle, "Noa"));
        var email = Circle.NewEmail("aunt");
        var first = await circle.InviteAsync(new { email, role = "editor", children = One(mia) });
        var again = await circle.InviteAsync(new { email, role = "viewer", children = One(noa) });
        await circle.Founder.PostRefusedAsync(circle.Invites, Only(new { email, role = "viewer", children = One(mia) }), 409, "invite.already_pending");
        var aunt = await circle.SomebodyAsync("Aunt", email);

        var joined = await aunt.PostAsync($"/api/invites/{circle.Token(first)}/accept", null, HttpStatusCode.OK);
        var repeated = await aunt.PostAsync($"/api/invites/{circle.Token(first)}/accept", null, HttpStatusCode.OK);
        var added = await aunt.PostAsync($"/api/invites/{circle.Token(again)}/accept", null, HttpStatusCode.OK);

        Assert.Equal(joined.ToString(), repeated.ToString());
        Assert.Equal(("joined", joined.GetProperty("memberId").GetGuid()), (Text(added, "outcome"), added.GetProperty("memberId").GetGuid()));
        Assert.Equal([(mia, "edit"), (noa, "view")], await ChildrenAsync(circle, aunt));
        var nothing = await circle.Founder.PostAsync(circle.Invites, Only(new { email, role = "viewer", children = One(mia) }), HttpStatusCode.OK);
        Assert.Equal("alreadyMember", Text(nothing.GetProperty("items")[0], "outcome"));
    }

    [Fact]
    public async Task Seed004_Baby_several_families_and_one_default_the_first_one_joined()
    {
        using var one = await Circle.StartAsync(App, "baby", "The Firsts");
        using var two = await Circle.StartAsync(App, "baby", "The Seconds");
        var sitter = await one.SomebodyAsync("Sitter");
        foreach (var circle in new[] { one, two })
        {
            var invite = await circle.InviteAsync(new { email = sitter.Email, role = "editor", children = One(await BabyAsync(circle, "Mia")) });
            await sitter.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        }

        var families = (await sitter.GetAsync("/api/families")).GetProperty("items").EnumerateArray().ToDictionary(f => f.GetProperty("id").GetGuid(), f => f.GetProperty("isDefault").GetBoolean());
        Assert.Equal((2, true, false), (families.Count, families[one.Id], families[two.Id]));
        Assert.Equal(one.Id, (await sitter.GetAsync("/api/account")).GetProperty("defaultFamilyId").GetGuid());
    }

    [Fact]
    public async Task Seed004_Baby_the_shared_page_comes_before_onboarding_and_can_be_skipped_for_now()
    {
        using var circle = await Circle.StartAsync(App, "baby", "The Larsens", "Olga Larsen");
        var mia = await BabyAsync(circle, "Mia");
        var grandma = await circle.SomebodyAsync("Grandma");
        await circle.InviteAsync(new { email = grandma.Email, role = "viewer", children = One(mia) });

        var next = await grandma.GetAsync("/api/account/next-step");
        Assert.Equal("shared", Text(next, "type"));
        var shown = Assert.Single(next.GetProperty("invites").EnumerateArray());
        Assert.Equal(("The Larsens", "Olga Larsen", "view", "Mia"), (Text(shown, "familyName"), Text(shown, "inviterName"), Text(shown, "permission"), shown.GetProperty("children")[0].GetString()));
        Assert.True(shown.GetProperty("expiresAt").GetDateTimeOffset() > App.Clock.GetUtcNow());

        using var browser = await circle.BrowserOfAsync(grandma);
        await browser.OpenAsync("/account/shared");
        Assert.Contains("Mia", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Olga Larsen", browser.Text, StringComparison.Ordinal);
        Assert.Contains(browser.Page.QuerySelectorAll("main form a"), a => a.GetAttribute("href") == "/");
        await browser.OpenAsync("/");
        await browser.OpenAsync(browser.Page.QuerySelectorAll("main a").First(a => a.GetAttribute("href") == "/welcome").GetAttribute("href")!);
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        // Skipped is not declined: it waits.
        Assert.Single((await grandma.GetAsync("/api/invites")).GetProperty("items").EnumerateArray());
        await grandma.PostAsync("/api/families", new { name = "Own", kind = "home" }, HttpStatusCode.Created);
        Assert.Equal("home", Text(await grandma.GetAsync("/api/account/next-step"), "type"));
    }

    [Fact]
    public async Task Seed004_Baby_an_expired_one_cannot_be_used_is_marked_and_the_inviter_is_told()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var (mia, noa) = (await BabyAsync(circle, "Mia"), await BabyAsync(circle, "Noa"));
        var dad = await JoinedAsync(circle, "owner", One(mia), "Dad");
        var grandma = await circle.SomebodyAsync("Grandma");
        var invite = await circle.InviteAsync(new { email = grandma.Email, role = "viewer", children = One(mia) }, dad);
        var id = invite.GetProperty("id").GetGuid();
        var mails = App.Mailbox.To(dad.Email).Count(m => m.Contains("X-Kinvite", StringComparison.Ordinal) || m.Contains("Subject:", StringComparison.Ordinal));
        await shared.Database.ExecuteAsync($"UPDATE invitations SET expires_at = now() - interval '1 minute', next_step_at = now() - interval '1 minute' WHERE id = '{id}'");

        await grandma.PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", null, 410, "invite.expired");
        Assert.Empty((await grandma.GetAsync("/api/invites")).GetProperty("items").EnumerateArray());
        Assert.Equal("onboarding", Text(await grandma.GetAsync("/api/account/next-step"), "type"));
        await CareAsync(circle);

        Assert.Equal(4 + 1, await shared.Database.ScalarAsync<short>($"SELECT status FROM invitations WHERE id = '{id}'"));
        var told = await App.Mailbox.WaitForAsync(dad.Email, mails);
        Assert.Contains("Subject:", told, StringComparison.Ordinal);
        // Those who see Mia read of it, and nobody who sees Noa.
        Assert.Contains("invite.expired", await TypesAsync(circle, dad));
        var other = await JoinedAsync(circle, "owner", One(noa), "Other");
        Assert.DoesNotContain("invite.expired", await TypesAsync(circle, other));
    }

    [Fact]
    public async Task Seed004_Baby_ninety_days_after_its_end_nothing_says_whom_it_was_for()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var mia = await BabyAsync(circle, "Mia");
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail("erased"), name = "Erased Erna", role = "viewer", children = One(mia) });
        var id = invite.GetProperty("id").GetGuid();
        await circle.Founder.DeleteAsync($"{circle.Invites}/{id}", HttpStatusCode.OK);
        await shared.Database.ExecuteAsync($"UPDATE invitations SET ended_at = now() - interval '91 days', next_step_at = now() - interval '1 minute' WHERE id = '{id}'");

        await CareAsync(circle);

        Assert.Equal(0L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM invitations WHERE id = '{id}' AND (address IS NOT NULL OR address_key IS NOT NULL OR name IS NOT NULL OR message IS NOT NULL)"));
        Assert.DoesNotContain("Erased Erna", (await circle.Founder.GetAsync($"{circle.Path}/activity?limit=100")).ToString(), StringComparison.Ordinal);
        // What happened stays, for those who see the child.
        Assert.Equal([mia], await shared.Database.ScalarAsync<Guid[]>($"SELECT child_ids FROM activity WHERE subject_id = '{id}' LIMIT 1") ?? []);
    }

    [Fact]
    public async Task Seed004_Baby_the_inviter_and_who_manages_the_child_revoke_and_nobody_else()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var (mia, noa) = (await BabyAsync(circle, "Mia"), await BabyAsync(circle, "Noa"));
        var (dad, mum) = (await JoinedAsync(circle, "owner", One(mia), "Dad"), await JoinedAsync(circle, "owner", One(mia), "Mum"));
        var (other, helper) = (await JoinedAsync(circle, "owner", One(noa), "Other"), await JoinedAsync(circle, "editor", One(mia), "Helper"));
        var first = Id(await circle.InviteAsync(new { email = Circle.NewEmail(), role = "viewer", children = One(mia) }, dad));
        var second = Id(await circle.InviteAsync(new { email = Circle.NewEmail(), role = "viewer", children = One(mia) }, dad));
        var both = Id(await circle.InviteAsync(new { email = Circle.NewEmail(), role = "viewer", children = new[] { new { childId = mia }, new { childId = noa } } }));

        await helper.DeleteRefusedAsync($"{circle.Invites}/{first}", 403, "rights.missing");
        await other.DeleteRefusedAsync($"{circle.Invites}/{first}", 404, "not_found");
        // For two children: only who manages both sees it at all.
        await dad.DeleteRefusedAsync($"{circle.Invites}/{both}", 404, "not_found");
        await dad.DeleteAsync($"{circle.Invites}/{first}", HttpStatusCode.OK);
        await mum.DeleteAsync($"{circle.Invites}/{second}", HttpStatusCode.OK);
        await circle.Founder.DeleteAsync($"{circle.Invites}/{both}", HttpStatusCode.OK);
    }

    [Fact]
    public async Task Seed004_Baby_the_inviter_sees_that_a_person_opened_it_and_no_scanner_counts()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var mia = await BabyAsync(circle, "Mia");
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail(), role = "viewer", children = One(mia) });
        var path = $"{circle.Invites}/{invite.GetProperty("id")}";

        await circle.Stranger().GetAsync($"/api/invites/{circle.Token(invite)}");
        Assert.Equal(JsonValueKind.Null, (await circle.Founder.GetAsync(path)).GetProperty("seenAt").ValueKind);
        await circle.Stranger().PostAsync($"/api/invites/{circle.Token(invite)}/seen", null, HttpStatusCode.NoContent);
        Assert.Equal(JsonValueKind.String, (await circle.Founder.GetAsync(path)).GetProperty("seenAt").ValueKind);
    }

    private async Task CareAsync(Circle circle)
    {
        await using var scope = App.Services.CreateAsyncScope();
        var care = scope.ServiceProvider.GetRequiredService<InvitationCare>();
        while (await care.RunAsync(circle.Id, CancellationToken.None) > 0)
        {
        }
    }

    private static async Task<IReadOnlyList<string?>> TypesAsync(Circle circle, Person person) =>
        [.. (await person.GetAsync($"{circle.Path}/activity?limit=100")).GetProperty("items").EnumerateArray().Select(a => Text(a, "type"))];

    private static async Task<IReadOnlyList<(Guid Child, string? Permission)>> ChildrenAsync(Circle circle, Person person) =>
        [.. (await person.GetAsync($"{circle.Path}/me")).GetProperty("children").EnumerateArray().Select(c => (c.GetProperty("childId").GetGuid(), Text(c, "permission"))).OrderBy(c => c.Item1)];

    private static async Task<Person> JoinedAsync(Circle circle, string role, object children, string name = "Olga Berg")
    {
        var person = await circle.SomebodyAsync(name);
        var invite = await circle.InviteAsync(new { email = person.Email, role, children });
        await person.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        return person;
    }

    private static async Task<Guid> BabyAsync(Circle circle, string name) =>
        (await circle.Founder.PostAsync($"{circle.Path}/members", new { name, role = "baby" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();

    private static object[] One(Guid child) => [new { childId = child }];

    private static object Only(object entry) => new { invites = new[] { entry } };

    private static Guid Id(JsonElement invite) => invite.GetProperty("id").GetGuid();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
