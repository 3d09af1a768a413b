using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>
/// Somebody is taken out of the family: their view of it and their open invitations end with the commit. Who manages some children takes out what
/// the person sees of those; who sees nothing else is out, and no answer tells which it was.
/// </summary>
internal sealed class RemoveMember(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, TimeProvider clock)
{
    public Task<Result<Guid>> HandleAsync(Guid familyId, Guid memberId, CancellationToken ct) => HandleAsync(familyId, memberId, childId: null, ct);

    /// <summary>The same for one child alone.</summary>
    public Task<Result<Guid>> HandleAsync(Guid familyId, Guid memberId, Guid? childId, CancellationToken ct) =>
        transaction.RunAsync(familyId, family => RemoveAsync(family, memberId, childId, ct), ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapDelete("/members/{id:guid}", DeleteAsync)
        .WithName(nameof(RemoveMember)).Produces(204).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<Guid>> RemoveAsync(Family family, Guid memberId, Guid? childId, CancellationToken ct)
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
        if (target is null || (childId is not null && (target.WholeFamily || target.AccountId is null)))
        {
            return Problem.NotFound;
        }

        if (target.Id == family.OwnerId)
        {
            return me.Lacks(Capabilities.MembersManage) ?? MemberProblems.LastOwner;
        }

        if (RightsRule.MayLimit(me.Actor, target.AsTarget(me.Kind)) is { Allowed: false } no)
        {
            return Problem.RightsMissing with { Detail = no.Because };
        }

        var now = clock.Now();
        var taken = TakenFrom(target, childId, me);
        if (taken?.Count == 0)
        {
            return Problem.NotFound;
        }

        if (!Guardians.Remain(everybody, target.Id, me.Kind, taken is null ? null : target.LastingWith(taken, new Dictionary<Guid, ChildShare>(), me.Kind)))
        {
            return Guardians.LastGuardian;
        }

        if (taken is not null && target.Children.Exists(c => !taken.Contains(c.ChildId)))
        {
            target.Share(taken, new Dictionary<Guid, ChildShare>(), me.Member.Id, now);
            await db.EndAboveAsync(family.Id, target.Id, target.AsActor(me.Kind, now), me.Kind, now, ct);
            db.Add(Entry(taken));
            await db.SaveChangesAsync(ct);
            return target.Id;
        }

        await db.EndAboveAsync(family.Id, target.Id, standing: null, me.Kind, now, ct);
        await db.EndForProfileAsync(family.Id, target.Id, now, ct);

        db.Remove(target);
        db.Add(Entry(taken));
        await db.SaveChangesAsync(ct);
        if (target.AccountId is { } accountId)
        {
            await db.ForgetDefaultFamilyAsync(accountId, family.Id, ct);
        }
        else
        {
            await db.ForgetProfileAsync(family.Id, target.Id, ct);
        }

        return target.Id;

        // The same line, whether or not they go on seeing what not everybody knows of.
        ActivityEntry Entry(HashSet<Guid>? children) => ActivityEntry.Of(
            ActivityTypes.MemberRemoved, family.Id, me.Member, now, (target.Id, target.Name), children ?? target.Children.Select(c => c.ChildId),
            children is null ? null : new() { ["what"] = "children" });
    }

    // The children whom they do not see any more; null = the person goes.
    private static HashSet<Guid>? TakenFrom(Member target, Guid? childId, Insider me) =>
        target.AccountId is null || target.WholeFamily || (me.Actor.WholeFamily && childId is null) ? null
        : [.. RightsRule.ManagedOf(me.Actor, target.AsTarget(me.Kind)).Keys.Where(c => childId is null || c == childId)];

    [EndpointSummary("Remove a member")]
    private static async Task<IResult> DeleteAsync(Guid familyId, Guid id, RemoveMember remove, CancellationToken ct) =>
        (await remove.HandleAsync(familyId, id, ct)).ToHttp(_ => TypedResults.NoContent());
}
