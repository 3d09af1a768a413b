using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Pages;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Activity;

/// <summary>What happened in a family, as sentences by day; all of it, or what one person did and what was done about them.</summary>
internal sealed class ShowActivity(KinviteDbContext db, ListActivity list, FamilyDoor door, Viewer viewer, ActivitySentence sentence)
{
    private const int Shown = 40;

    public async Task<Result<ActivityView>> HandleAsync(Guid familyId, Guid? memberId, string? cursor, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var listed = await list.HandleAsync(familyId, memberId, Shown, cursor, ct);
        if (listed.Refused(out problem))
        {
            return problem.Status == 400 ? Problem.NotFound : problem;
        }

        var me = entered.Value;
        var people = await db.Members.AsNoTracking().Where(m => m.FamilyId == familyId).Where(Visible.Members(me.Actor))
            .OrderBy(m => m.Name).ThenBy(m => m.Id).Select(m => new ActivityPerson(m.Id, m.Name)).ToListAsync(ct);
        var items = listed.Value.Items;
        return new ActivityView
        {
            FamilyId = familyId,
            FamilyName = me.Family.Name,
            People = people,
            Chosen = memberId,
            ChosenName = people.Find(p => p.Id == memberId)?.Name,
            IsLater = cursor is not null,
            Next = listed.Value.Next,
            Days = [.. items.Where(i => !ActivitySentence.IsSaidByAnother(i, items))
                .GroupBy(i => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(i.At, viewer.Zone).DateTime))
                .Select(day => new ActivityDay(day.Key, [.. day.Select(i => new ActivityLine(sentence.Say(i, me.Kind), i.At))]))],
        };
    }
}
