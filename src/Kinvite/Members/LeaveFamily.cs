using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>The caller goes; their open invitations go with them.</summary>
internal sealed class LeaveFamily(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, CurrentAccount account, TimeProvider clock)
{
    public Task<Result<Guid>> HandleAsync(Guid familyId, CancellationToken ct) => transaction.RunAsync(familyId, family => LeaveAsync(family, ct), ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/leave", PostAsync)
        .WithName(nameof(LeaveFamily)).Produces(204).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<Guid>> LeaveAsync(Family family, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var me = entered.Value.Member;
        if (me.Id == family.OwnerId)
        {
            return MemberProblems.LastOwner;
        }

        if (!Guardians.Remain(await db.Members.Include(m => m.Children).Where(m => m.FamilyId == family.Id).ToListAsync(ct), me.Id, entered.Value.Kind))
        {
            return Guardians.LastGuardian;
        }

        var now = clock.Now();
        await db.EndAboveAsync(family.Id, me.Id, standing: null, entered.Value.Kind, now, ct);

        db.Remove(me);
        db.Add(ActivityEntry.Of(ActivityTypes.MemberLeft, family.Id, me, now, (me.Id, me.Name), me.Children.Select(c => c.ChildId)));
        await db.SaveChangesAsync(ct);
        await db.ForgetDefaultFamilyAsync(account.Id, family.Id, ct);
        return me.Id;
    }

    [EndpointSummary("Leave this family")]
    private static async Task<IResult> PostAsync(Guid familyId, LeaveFamily leave, CancellationToken ct) =>
        (await leave.HandleAsync(familyId, ct)).ToHttp(_ => TypedResults.NoContent());
}
