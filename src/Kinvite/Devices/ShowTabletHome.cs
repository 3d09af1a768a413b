using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Devices;

/// <summary>What a child sees on a shared tablet: its points and how it came to them, and who is in the family.</summary>
internal sealed class ShowTabletHome(KinviteDbContext db, FamilyDoor door, CurrentAccount current)
{
    private const int PointsShown = 20;

    public async Task<Result<TabletHomeView>> HandleAsync(string? points, CancellationToken ct)
    {
        var entered = await door.EnterAsync(current.FamilyId ?? Guid.Empty, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var me = entered.Value;
        var people = await db.Members.AsNoTracking().Where(m => m.FamilyId == me.Family.Id).Where(Visible.Members(me.Actor)).OrderBy(m => m.Id).ToListAsync(ct);
        return new TabletHomeView(
            me.Family.Name, me.Member.Name, me.Member.Avatar, me.Kind.HasPoints ? me.Member.Points : null, await HistoryAsync(me, points, ct),
            [.. people.Select(m => new TabletPerson(
                m.Name, m.Avatar, me.Kind.FindRole(m.Role)?.Name.ToString() ?? m.Role, m.Id == me.Member.Id, me.Kind.HasPoints ? m.Points : null))]);
    }

    private async Task<PointsHistory?> HistoryAsync(Insider me, string? cursor, CancellationToken ct)
    {
        if (me.LacksForHistoryOf(me.Member) is not null || (PageRequest.From(PointsShown, cursor) is var page && page.Refused(out _)))
        {
            return null;
        }

        var rows = await db.PointEntries.AsNoTracking()
            .Where(p => p.FamilyId == me.Family.Id && p.MemberId == me.Member.Id && p.Id.CompareTo(page.Value.Before) < 0)
            .OrderByDescending(p => p.Id).Take(page.Value.Take).ToListAsync(ct);
        var shown = page.Value.Cut(rows, p => p.Id);
        return new([.. shown.Items.Select(p => new PointsLine(p.At, p.Delta, p.Total, p.Reason, p.ByName))], shown.Next, !string.IsNullOrEmpty(cursor));
    }
}
