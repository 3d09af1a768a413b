using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>Somebody is taken out of the family: their view of it and their open invitations end with the commit.</summary>
internal sealed class RemoveMember(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, TimeProvider clock)
{
    public Task<Result<Guid>> HandleAsync(Guid familyId, Guid memberId, CancellationToken ct) =>
        transaction.RunAsync(familyId, family => RemoveAsync(family, memberId, ct), ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapDelete("/members/{id:guid}", DeleteAsync)
        .WithName(nameof(RemoveMember)).Produces(204).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<Guid>> RemoveAsync(Family family, Guid memberId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var me = entered.Value;
        var everybody = await db.Members.Include(m => m.Children).Where(m => m.FamilyId == family.Id).ToListAsync(ct);
        var target = everybody.Find(m => m.Id == memberId
            && Sees.Member(me.Actor, m.Id, m.AccountId is not null, m.WholeFamily, m.Children.Select(c => c.ChildId)));
        if (target is null)
        {
            return Problem.NotFound;
        }

        if (target.Id == family.OwnerId)
        {
            return me.Lacks(Capabilities.MembersManage) ?? MemberProblems.LastOwner;
        }

        if (RightsRule.MayRemove(me.Actor, target.AsTarget(me.Kind)) is { Allowed: false } no)
        {
            return Problem.RightsMissing with { Detail = no.Because };
        }

        if (!Guardians.Remain(everybody, target.Id, me.Kind))
        {
            return Guardians.LastGuardian;
        }

        var now = clock.Now();
        await db.EndAboveAsync(family.Id, target.Id, standing: null, me.Kind, now, ct);
        await db.EndForProfileAsync(family.Id, target.Id, now, ct);

        db.Remove(target);
        db.Add(ActivityEntry.Of(ActivityTypes.MemberRemoved, family.Id, me.Member, now, (target.Id, target.Name), target.Children.Select(c => c.ChildId)));
        await db.SaveChangesAsync(ct);
        if (target.AccountId is { } accountId)
        {
            await db.ForgetDefaultFamilyAsync(accountId, family.Id, ct);
        }

        return target.Id;
    }

    [EndpointSummary("Remove a member")]
    private static async Task<IResult> DeleteAsync(Guid familyId, Guid id, RemoveMember remove, CancellationToken ct) =>
        (await remove.HandleAsync(familyId, id, ct)).ToHttp(_ => TypedResults.NoContent());
}
