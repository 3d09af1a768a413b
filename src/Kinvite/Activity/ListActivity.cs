using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Activity;

/// <summary>Something that happened in a family.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When.</param>
/// <param name="Type">One of the documented types, such as <c>member.joined</c>.</param>
/// <param name="Actor">Who did it; null for the system or a stranger.</param>
/// <param name="Subject">Whom or what it is about.</param>
/// <param name="Data">Small facts by name.</param>
public sealed record ActivityItem(
    Guid Id, DateTimeOffset At, string Type, ActivityParty? Actor, ActivityParty? Subject, IReadOnlyDictionary<string, string>? Data)
{
    internal static ActivityItem Of(ActivityEntry a) => new(
        a.Id, a.At, a.Type,
        a.ActorName is null ? null : new ActivityParty(a.ActorId, a.ActorName),
        a.SubjectId is null ? null : new ActivityParty(a.SubjectId, a.SubjectName),
        a.Data);
}

/// <summary>A person or thing by id, with its name at that time.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name then.</param>
public sealed record ActivityParty(Guid? Id, string? Name);

/// <summary>What happened in a family, newest first, as far as the caller may see it.</summary>
internal sealed class ListActivity(KinviteDbContext db, FamilyDoor door)
{
    public async Task<Result<Page<ActivityItem>>> HandleAsync(Guid familyId, Guid? memberId, int? limit, string? cursor, CancellationToken ct)
    {
        if (PageRequest.From(limit, cursor) is var page && page.Refused(out var problem))
        {
            return problem;
        }

        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out problem) || (problem = entered.Value.Lacks(Capabilities.ActivityView)) is not null)
        {
            return problem;
        }

        var rows = await db.Activity.AsNoTracking()
            .Where(a => a.FamilyId == familyId && a.Id.CompareTo(page.Value.Before) < 0)
            .Where(a => memberId == null || a.ActorId == memberId || a.SubjectId == memberId)
            .Where(Visible.Activity(entered.Value.Actor))
            .OrderByDescending(a => a.Id).Take(page.Value.Take).ToListAsync(ct);
        return page.Value.Cut(
            [.. rows.Select(ActivityItem.Of)],
            a => a.Id);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/activity", GetAsync).ForChildren()
        .WithName(nameof(ListActivity)).Produces<Page<ActivityItem>>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    [EndpointSummary("What happened")]
    private static async Task<IResult> GetAsync(Guid familyId, Guid? memberId, int? limit, string? cursor, ListActivity list, CancellationToken ct) =>
        (await list.HandleAsync(familyId, memberId, limit, cursor, ct)).ToOk();
}
