using FsCheck.Fluent;
using Kinvite.Harness;
using Kinvite.Persistence;
using Kinvite.Rights;
using Kinvite.Tests.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Rights;

/// <summary>PostgreSQL shows everybody in a family exactly the rows that the rule lets them see.</summary>
public sealed class VisibleSqlTests(PostgresFixture postgres)
{
    private const int Families = 15;

    [Fact]
    public async Task Every_list_shows_in_the_database_what_the_rule_says()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        // The families are drawn row by row, some of them about children who are gone; only the filters are tested here.
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET session_replication_role = replica");
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        var (seen, hidden) = (0, 0);
        foreach (var family in RandomFamily.Any.Generator.Sample(Families))
        {
            await StoreAsync(app, database, family);
            foreach (var actor in family.Actors)
            {
                await using var scope = app.Services.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();

                Same(
                    family.Members.Where(m => Sees.Member(actor, m.Id, m.AccountId is not null, m.WholeFamily, m.Children.Select(c => c.ChildId))).Select(m => m.Id),
                    await db.Members.Where(Visible.Members(actor)).Select(m => m.Id).ToListAsync(), family.Members.Count);
                Same(
                    family.Invitations.Where(i => SeesInvitation(actor, i)).Select(i => i.Id),
                    await db.Invitations.Where(Visible.Invitations(actor)).Select(i => i.Id).ToListAsync(), family.Invitations.Count);
                Same(
                    family.Requests.Where(r => Sees.AccessRequest(actor, r.ChildId, family.Invitations.Any(i => i.Id == r.InvitationId && SeesInvitation(actor, i)))).Select(r => r.Id),
                    await db.AccessRequests.Where(Visible.AccessRequests(actor, db.Invitations)).Select(r => r.Id).ToListAsync(), family.Requests.Count);
                Same(
                    family.Activity.Where(a => Sees.Activity(actor, a.SubjectId, a.ChildIds)).Select(a => a.Id),
                    await db.Activity.Where(Visible.Activity(actor)).Select(a => a.Id).ToListAsync(), family.Activity.Count);
            }
        }

        Assert.True(seen > 0 && hidden > 0, $"{seen} rows seen, {hidden} hidden: the families say nothing");

        void Same(IEnumerable<Guid> expected, List<Guid> shown, int all)
        {
            Assert.Equal(expected.Order(), shown.Order());
            seen += shown.Count;
            hidden += all - shown.Count;
        }
    }

    private static bool SeesInvitation(Actor actor, Kinvite.Invitations.Invitation invitation) =>
        Sees.Invitation(actor, invitation.WholeFamily, [.. invitation.Children.Select(c => c.ChildId)], invitation.MemberId);

    private static async Task StoreAsync(KinviteApp app, TestDatabase database, RandomFamily family)
    {
        await database.ExecuteAsync("DELETE FROM member_children; DELETE FROM members; DELETE FROM invitation_children; DELETE FROM invitations; DELETE FROM access_requests; DELETE FROM activity");
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();
        db.AddRange(family.Members);
        db.AddRange(family.Invitations);
        db.AddRange(family.Requests);
        db.AddRange(family.Activity);
        await db.SaveChangesAsync();
    }
}
