using System.Net;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.AccessRequests;

/// <summary>Somebody asks to see one child: those who manage that child hear of it, and what is given is for that child.</summary>
public sealed class ChildRequestTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Requests = "/api/access-requests";

    private KinviteApp App => shared.App;

    [Fact]
    public async Task Those_who_manage_the_child_hear_of_it_and_nobody_else()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var (mia, noah) = (await circle.AddChildAsync(shared.Database, "Mia", "baby"), await circle.AddChildAsync(shared.Database, "Noah", "baby"));
        var miasFather = await ScopedAsync(circle, "owner", mia);
        var noahsFather = await ScopedAsync(circle, "owner", noah);
        var miasSitter = await ScopedAsync(circle, "editor", mia);
        var per = await circle.SomebodyAsync("Per");

        var request = await AskAsync(per, mia);

        Assert.Equal(
            new[] { circle.Founder.AccountId, miasFather.AccountId }.Order(),
            (await RecipientsAsync(request)).Order());
        Assert.Equal(mia, Assert.Single((await miasFather.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").EnumerateArray()).GetProperty("childId").GetGuid());
        Assert.Equal(0, (await noahsFather.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").GetArrayLength());
        await noahsFather.PostRefusedAsync($"{circle.Path}/access-requests/{request}/approve", null, 404, "not_found");
        await miasSitter.GetRefusedAsync($"{circle.Path}/access-requests", 403, "rights.missing");
    }

    [Fact]
    public async Task What_is_given_is_that_child_and_no_more_than_the_approver_holds()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var (mia, noah) = (await circle.AddChildAsync(shared.Database, "Mia", "baby"), await circle.AddChildAsync(shared.Database, "Noah", "baby"));
        var father = await ScopedAsync(circle, "owner", mia);
        var per = await circle.SomebodyAsync("Per");
        var approve = $"{circle.Path}/access-requests/{await AskAsync(per, mia)}/approve";

        Assert.Equal(["children"], await father.FaultsAsync(approve, new { children = new[] { new { childId = noah } } }));
        Assert.Equal(["children"], await father.FaultsAsync(approve, new { children = new[] { new { childId = Guid.NewGuid() } } }));
        Assert.Equal(["children"], await father.FaultsAsync(approve, new { children = Array.Empty<object>() }));
        await father.PostAsync(approve, null, HttpStatusCode.OK);

        var me = await per.GetAsync($"{circle.Path}/me");
        Assert.Equal("viewer", me.GetProperty("role").GetString());
        var child = Assert.Single(me.GetProperty("children").EnumerateArray());
        Assert.Equal((mia, "view"), (child.GetProperty("childId").GetGuid(), child.GetProperty("permission").GetString()));
        // Seen already: there is nothing to ask for. The other child is another question.
        await per.PostRefusedAsync(Requests, new { childId = mia }, 409, "request.member_already");
        await AskAsync(per, noah);
    }

    [Fact]
    public async Task A_member_of_one_child_may_ask_for_another_and_keeps_what_they_have()
    {
        using var circle = await Circle.StartAsync(App);
        var (mia, noah) = (await circle.AddChildAsync(shared.Database, "Mia"), await circle.AddChildAsync(shared.Database, "Noah"));
        var olga = await ScopedAsync(circle, "caregiver", mia);
        var before = await circle.MemberIdAsync(olga);

        var request = await AskAsync(olga, noah);
        var approved = await circle.Founder.PostAsync($"{circle.Path}/access-requests/{request}/approve", new { role = "relative" }, HttpStatusCode.OK);

        Assert.Equal(before, approved.GetProperty("memberId").GetGuid());
        var me = await olga.GetAsync($"{circle.Path}/me");
        Assert.Equal("caregiver", me.GetProperty("role").GetString());
        Assert.Equal(
            new[] { (mia, "edit"), (noah, "view") }.OrderBy(c => c.Item1),
            me.GetProperty("children").EnumerateArray().Select(c => (c.GetProperty("childId").GetGuid(), c.GetProperty("permission").GetString()!)).OrderBy(c => c.Item1));
    }

    [Fact]
    public async Task A_scoped_manager_cannot_let_in_to_the_whole_family_or_block_for_it()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var father = await ScopedAsync(circle, "co-parent", mia);
        var per = await circle.SomebodyAsync("Per");
        var request = $"{circle.Path}/access-requests/{await AskAsync(per, mia)}";

        await father.PostRefusedAsync($"{request}/approve", new { children = Array.Empty<object>() }, 403, "rights.ceiling");
        await father.PostRefusedAsync($"{request}/deny", new { block = true }, 403, "rights.missing");
        Assert.Equal(0L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM request_blocks WHERE family_id = '{circle.Id}'"));
        await father.PostAsync($"{request}/deny", new { block = false }, HttpStatusCode.OK);
        await per.PostRefusedAsync(Requests, new { childId = mia }, 429, "request.cool_down");
    }

    [Fact]
    public async Task An_elder_is_no_child_that_one_could_ask_for()
    {
        using var circle = await Circle.StartAsync(App);
        var elder = await circle.AddChildAsync(shared.Database, "Grandma", "elder");
        var per = await circle.SomebodyAsync("Per");

        await AskAsync(per, elder);

        Assert.Equal(0, (await circle.Founder.GetAsync($"{circle.Path}/access-requests?status=all")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task An_invitation_whose_children_are_gone_opens_nothing_by_itself()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail(), children = new[] { new { childId = mia } } });
        var per = await circle.SomebodyAsync("Per");
        var request = (await per.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK)).GetProperty("requestId");
        await shared.Database.ExecuteAsync($"DELETE FROM members WHERE id = '{mia}'");

        Assert.Equal(["children"], await circle.Founder.FaultsAsync($"{circle.Path}/access-requests/{request}/approve", null));
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{request}/approve", new { children = Array.Empty<object>() }, HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_owner_and_those_who_may_answer_for_all_hear_of_a_question_for_the_family()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var bo = await circle.MemberAsync("co-parent", "Bo");
        var ended = await circle.MemberAsync("co-parent", "Was here");
        await shared.Database.ExecuteAsync($"UPDATE members SET access_until = now() - interval '1 day' WHERE account_id = '{ended.AccountId}'");
        await circle.MemberAsync("relative");
        await ScopedAsync(circle, "co-parent", mia);

        var request = (await (await circle.SomebodyAsync("Per")).PostAsync(Requests, new { familyId = circle.Id }, HttpStatusCode.Accepted)).GetProperty("id").GetGuid();

        Assert.Equal(new[] { circle.Founder.AccountId, bo.AccountId }.Order(), (await RecipientsAsync(request)).Order());
    }

    [Fact]
    public async Task Who_wants_no_such_mails_gets_none_and_the_others_do()
    {
        using var circle = await Circle.StartAsync(App, name: "Quiet ones");
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var bo = await circle.MemberAsync("co-parent", "Bo");
        await shared.Database.ExecuteAsync($"UPDATE accounts SET muted_mails = 2 WHERE id = '{circle.Founder.AccountId}'");
        var before = App.Mailbox.To(bo.Email).Count;

        var request = await AskAsync(await circle.SomebodyAsync("Per Dahl"), mia);

        var mail = await App.Mailbox.WaitForAsync(bo.Email, before);
        Assert.Contains("Subject: Somebody asks to join Quiet ones", mail, StringComparison.Ordinal);
        Assert.Contains("Per Dahl would like to see Mia", mail, StringComparison.Ordinal);
        await Eventually(async () => await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE subject_id = '{request}' AND done_at IS NULL") == 0);
        Assert.DoesNotContain(App.Mailbox.To(circle.Founder.Email), m => m.Contains("asks to join", StringComparison.Ordinal));
        // Dropped, not failed: 7.
        Assert.Equal(7, await shared.Database.ScalarAsync<short>($"SELECT state FROM outbox WHERE subject_id = '{request}' AND recipient_id = '{circle.Founder.AccountId}'"));
    }

    private static async Task Eventually(Func<Task<bool>> isSo)
    {
        for (var tries = 0; !await isSo(); tries++)
        {
            Assert.True(tries < 200, "It never came to be.");
            await Task.Delay(50);
        }
    }

    private static async Task<Guid> AskAsync(Person person, Guid childId) =>
        (await person.PostAsync(Requests, new { childId }, HttpStatusCode.Accepted)).GetProperty("id").GetGuid();

    private static async Task<Person> ScopedAsync(Circle circle, string role, Guid child)
    {
        var person = await circle.SomebodyAsync(role);
        var invite = await circle.InviteAsync(new { email = person.Email, role, children = new[] { new { childId = child } } });
        var joined = await person.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        Assert.Equal("joined", joined.GetProperty("outcome").GetString());
        return person;
    }

    private async Task<IReadOnlyList<Guid>> RecipientsAsync(Guid request)
    {
        var ids = await shared.Database.ScalarAsync<string>($"SELECT string_agg(recipient_id::text, ',') FROM outbox WHERE type = 'request' AND subject_id = '{request}'");
        return [.. ids!.Split(',').Select(Guid.Parse)];
    }
}
