using System.Net;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Invitations;

public sealed class StopInvitationsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task SCN_S03_The_mails_stop_link_changes_nothing_until_it_is_posted_and_then_no_family_can_invite_the_address()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        using var olga = await app.SignInAsync("olga@example.org", "Olga");
        var invites = $"/api/families/{(await olga.PostAsync("/api/families", new { name = "Larsen" }, HttpStatusCode.Created)).GetProperty("id").GetGuid()}/invites";
        await olga.PostAsync(invites, new { invites = new[] { new { email = "per@example.org" } } }, HttpStatusCode.Created);
        var mail = await app.Mailbox.WaitForAsync("per@example.org");
        var path = StopPath(mail);
        using var anybody = app.NewPerson();

        using (var shown = await anybody.RequestAsync(HttpMethod.Get, path))
        {
            Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        }

        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM invitation_blocks"));

        for (var click = 0; click < 2; click++)
        {
            using var form = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
            using var stopped = await anybody.RequestAsync(HttpMethod.Post, path, form, ("Sec-Fetch-Site", "cross-site"));
            Assert.Equal(HttpStatusCode.OK, stopped.StatusCode);
            Assert.DoesNotContain("Larsen", await stopped.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM invitation_blocks WHERE family_id IS NULL"));
        using var eva = await app.SignInAsync("eva@example.org", "Eva");
        var others = $"/api/families/{(await eva.PostAsync("/api/families", new { name = "Dahl" }, HttpStatusCode.Created)).GetProperty("id").GetGuid()}/invites";
        var refused = await eva.PostAsync(others, new { invites = new[] { new { email = "PER@example.org" } } }, HttpStatusCode.Conflict);
        Assert.Equal("invite.recipient_declined", refused.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Who_got_an_invitation_by_mistake_speaks_for_their_own_address_and_not_for_the_right_one()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        using var olga = await app.SignInAsync("olga@example.org", "Olga");
        var invites = $"/api/families/{(await olga.PostAsync("/api/families", new { name = "Larsen" }, HttpStatusCode.Created)).GetProperty("id").GetGuid()}/invites";
        var created = await olga.PostAsync(invites, new { invites = new[] { new { email = "pre@example.org" } } }, HttpStatusCode.Created);
        var id = created.GetProperty("items")[0].GetProperty("invite").GetProperty("id").GetGuid();
        var wrong = StopPath(await app.Mailbox.WaitForAsync("pre@example.org"));
        await olga.PatchAsync($"{invites}/{id}", new { email = "per@example.org" });
        var right = StopPath(await app.Mailbox.WaitForAsync("per@example.org"));
        using var anybody = app.NewPerson();

        using (var stopped = await anybody.RequestAsync(HttpMethod.Post, wrong))
        {
            Assert.Equal(HttpStatusCode.OK, stopped.StatusCode);
        }

        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM invitation_blocks"));
        using var meant = await anybody.RequestAsync(HttpMethod.Post, right);
        Assert.Equal("per@example.org", await database.ScalarAsync<string>("SELECT address_key FROM invitation_blocks"));
    }

    [Fact]
    public async Task A_forged_stop_link_is_nothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        using var anybody = app.NewPerson();

        using var answer = await anybody.RequestAsync(HttpMethod.Post, $"/mail/stop/{new string('A', 43)}");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM invitation_blocks"));
    }

    private static string StopPath(string mail) => new Uri(mail.ReplaceLineEndings("\n").Replace("=\n", "", StringComparison.Ordinal).Split('\n')
        .First(l => l.Contains("/mail/stop/", StringComparison.Ordinal) && l.StartsWith("http", StringComparison.Ordinal))).AbsolutePath;
}
