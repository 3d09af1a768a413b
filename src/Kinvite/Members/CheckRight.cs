using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>What a host application asks before it lets somebody do something.</summary>
/// <param name="Capability">A built-in right or one of the kind's own; another name is 400.</param>
/// <param name="ChildId">For one child; left out = for the family.</param>
public sealed record CheckRightRequest(string? Capability, Guid? ChildId = null);

/// <summary>The answer.</summary>
/// <param name="Allowed">Whether the caller may.</param>
/// <param name="Because">One sentence that says why.</param>
public sealed record CheckRightResponse(bool Allowed, string Because);

/// <summary>Asks the one rule (<see cref="Rights.RightsRule"/>) for a host application.</summary>
internal sealed class CheckRight(KinviteDbContext db, FamilyDoor door)
{
    public async Task<Result<CheckRightResponse>> HandleAsync(Guid familyId, CheckRightRequest request, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var me = entered.Value;
        if (request.Capability is null || !me.Kind.KnowsCapability(request.Capability))
        {
            return Problem.Invalid("capability", "Not a right of this kind of family; GET /api/families/{familyId}/me lists yours.");
        }

        if (request.ChildId is { } childId && !await IsChildAsync(me, childId, ct))
        {
            return new CheckRightResponse(false, "There is no such child that you can see.");
        }

        var decision = me.May(request.Capability, request.ChildId);
        return new CheckRightResponse(decision.Allowed, decision.Because);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/check", PostAsync).ForChildren()
        .WithName(nameof(CheckRight)).Produces<CheckRightResponse>().ProducesProblem(400).ProducesProblem(404);

    // A scoped member's children are in the loaded membership; for the whole family it has to be a child of this family.
    private async Task<bool> IsChildAsync(Insider me, Guid childId, CancellationToken ct)
    {
        if (!me.Actor.WholeFamily)
        {
            return me.Actor.Children.ContainsKey(childId);
        }

        var role = await db.Members.Where(m => m.FamilyId == me.Family.Id && m.Id == childId && m.AccountId == null).Select(m => m.Role).SingleOrDefaultAsync(ct);
        return role is not null && me.Kind.FindRole(role) is { Child: true };
    }

    [EndpointSummary("May I?")]
    [EndpointDescription("What a host application asks before it lets somebody do something.")]
    private static async Task<IResult> PostAsync(Guid familyId, CheckRightRequest request, CheckRight check, CancellationToken ct) =>
        (await check.HandleAsync(familyId, request, ct)).ToOk();
}
