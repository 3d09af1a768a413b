using Kinvite.Accounts;
using Kinvite.Harness;
using Kinvite.Persistence;
using Kinvite.Rights;
using Kinvite.Tests.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Rights;

/// <summary>The filters, as PostgreSQL understands them, show what the rule lets somebody see: the same families as in memory, written to tables.</summary>
public sealed class VisibleSqlTests(PostgresFixture postgres)
{
    private const int Families = 25;
    private const int Size = 7;

    [Fact]
    public async Task As_SQL_the_filters_show_exactly_what_the_rule_lets_somebody_see()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();
        var families = Enumerable.Range(1, Families).Select(seed => new RandomFamily(seed, Size)).ToList();
        foreach (var family in families)
        {
            await WriteAsync(db, family);
        }

        var compared = 0;
        foreach (var family in families)
        {
            var id = family.Family.Id;
            foreach (var actor in family.Actors)
            {
                Assert.Equal(
                    RandomFamily.Seen(family.Members, actor),
                    (await db.Members.Where(m => m.FamilyId == id).Where(Visible.Members(actor)).Select(m => m.Id).ToListAsync()).Order());
                Assert.Equal(
                    RandomFamily.Seen(family.Invitations, actor),
                    (await db.Invitations.Where(i => i.FamilyId == id).Where(Visible.Invitations(actor)).Select(i => i.Id).ToListAsync()).Order());
                Assert.Equal(
                    RandomFamily.Seen(family.Requests, actor),
                    (await db.AccessRequests.Where(r => r.FamilyId == id).Where(Visible.AccessRequests(actor)).Select(r => r.Id).ToListAsync()).Order());
                Assert.Equal(
                    RandomFamily.Seen(family.Activity, actor),
                    (await db.Activity.Where(a => a.FamilyId == id).Where(Visible.Activity(actor)).Select(a => a.Id).ToListAsync()).Order());
                compared += actor.WholeFamily ? 0 : 1;
            }
        }

        Assert.InRange(compared, Families / 2, int.MaxValue);
    }

    private static async Task WriteAsync(KinviteDbContext db, RandomFamily family)
    {
        var accounts = family.Members.Select(m => m.AccountId).OfType<Guid>().Concat(family.Requests.Select(r => r.AccountId)).Distinct();
        db.AddRange(accounts.Select(id => new Account
        {
            Id = id, UserName = id.ToString(), DisplayName = "Somebody", Locale = "en", TimeZone = "Etc/UTC", CreatedAt = family.Family.CreatedAt,
        }));
        db.Add(family.Family);
        db.AddRange(family.Members);
        db.AddRange(family.Invitations);
        db.AddRange(family.Requests);
        db.AddRange(family.Activity);
        await db.SaveChangesAsync();
        db.ChangeTracker.Clear();
    }
}
