using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Operator;

/// <summary>Something that this server cannot do for now, and that somebody would use.</summary>
/// <param name="Feature"><c>sms_invite</c>: inviting by phone.</param>
public sealed record RecordDemandRequest(string? Feature);

/// <summary>Counts that somebody wanted what is switched off: once per person, feature and day, whatever the family.</summary>
internal sealed class RecordDemand(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, TimeProvider clock)
{
    public async Task<Result<OkResponse>> HandleAsync(Guid familyId, RecordDemandRequest request, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.InvitesManage)) is not null)
        {
            return problem;
        }

        return request.Feature == DemandEntry.SmsInvite
            ? await transaction.RunAsync(familyId, family => RecordAsync(family, DemandEntry.SmsInvite, ct), ct)
            : Problem.Invalid("feature", "Give sms_invite.");
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/demand", PostAsync)
        .WithName(nameof(RecordDemand)).Produces<OkResponse>(202).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    private async Task<Result<OkResponse>> RecordAsync(Family family, string feature, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.InvitesManage)) is not null)
        {
            return problem;
        }

        var (me, now) = (entered.Value.Member, clock.Now());
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        var counted = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO demand (account_id, feature, day, family_id, at) VALUES ({me.AccountId!.Value}, {feature}, {day}, {family.Id}, {now})
            ON CONFLICT (account_id, feature, day) DO NOTHING
            """,
            ct);
        if (counted > 0)
        {
            db.Add(ActivityEntry.Of(ActivityTypes.DemandRecorded, family.Id, me, now, data: new() { ["feature"] = feature }));
            await db.SaveChangesAsync(ct);
        }

        return OkResponse.Yes;
    }

    [EndpointSummary("Say that one would use what is switched off")]
    [EndpointDescription("Counts once per person and day. Whoever runs the server sees how many and whom to tell once it is there.")]
    private static async Task<IResult> PostAsync(Guid familyId, RecordDemandRequest request, RecordDemand record, CancellationToken ct) =>
        (await record.HandleAsync(familyId, request, ct)).ToHttp(ok => TypedResults.Accepted((string?)null, ok));
}
