using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>The signed-in person inside a family: what every use case there starts from.</summary>
internal sealed record Insider(Family Family, FamilyKind Kind, Member Member, Actor Actor)
{
    public Decision May(string capability, Guid? childId = null) => RightsRule.Decide(Actor, capability, childId);

    /// <summary>The refusal with its reason, or null.</summary>
    public Problem? Lacks(string capability, Guid? childId = null) =>
        May(capability, childId) is { Allowed: false } no ? Problem.RightsMissing with { Detail = no.Because } : null;

    /// <summary>Why this member may add no profile, or null: whoever sees everything sees a profile, so it takes managing the whole family.</summary>
    public Problem? LacksForAdding =>
        Lacks(Capabilities.MembersManage) ?? (!Actor.WholeFamily
            ? Problem.RightsMissing with { Detail = "You see some of the children; somebody who sees the whole family adds another." }
            : null);

    /// <summary>Why this member may not change somebody's name and picture, or null: one's own, those of a child whose data one keeps, those of whom one manages.</summary>
    public Problem? LacksForProfileOf(Member target)
    {
        if (target.Id == Member.Id)
        {
            return null;
        }

        return target.AccountId is null && Kind.FindRole(target.Role) is { Child: true }
            ? Lacks(Capabilities.ChildrenEdit, target.Id)
            : !Actor.WholeFamily ? Problem.RightsMissing with { Detail = "Only who manages the whole family changes how somebody is called here." }
            : RightsRule.MayRemove(Actor, target.AsTarget(Kind)) is { Allowed: false } no ? Problem.RightsMissing with { Detail = no.Because } : null;
    }

    /// <summary>The roles that this member could give somebody, the default one first: to the whole family, or for the children whom they manage.</summary>
    public IReadOnlyList<KindRole> RolesToGive
    {
        get
        {
            var children = Actor.Children.Keys.Where(c => May(Capabilities.InvitesManage, c).Allowed).ToList();
            return [.. Kind.Roles.Where(r => r.Invitable && RightsRule.MayGrant(Actor, Grant(r)).Allowed).OrderByDescending(r => r.Key == Kind.DefaultRole)];

            Grant Grant(KindRole role) => Actor.WholeFamily
                ? new(role.Permission, WholeFamily: true, new Dictionary<Guid, Permission>(), role.CapabilitySet)
                : new(role.Permission, WholeFamily: false, children.ToDictionary(c => c, _ => role.Permission), role.CapabilitySet);
        }
    }
}

/// <summary>
/// Looks the caller's membership up, on every request anew (design.md §3 rule 13). To everybody else the family does not exist.
/// </summary>
internal sealed class FamilyDoor(KinviteDbContext db, FamilyKinds kinds, CurrentAccount account, TimeProvider clock)
{
    private static readonly Func<KinviteDbContext, Guid, Guid, CancellationToken, Task<Found?>> Find =
        EF.CompileAsyncQuery((KinviteDbContext db, Guid familyId, Guid accountId, CancellationToken ct) => (
            from member in db.Members.AsNoTracking().Include(m => m.Children)
            where member.FamilyId == familyId && member.AccountId == accountId
            join family in db.Families on member.FamilyId equals family.Id
            select new Found { Member = member, Family = family }).SingleOrDefault());

    private static readonly Func<KinviteDbContext, Guid, Guid, CancellationToken, Task<Member?>> FindInside =
        EF.CompileAsyncQuery((KinviteDbContext db, Guid familyId, Guid accountId, CancellationToken ct) =>
            db.Members.Include(m => m.Children).SingleOrDefault(m => m.FamilyId == familyId && m.AccountId == accountId));

    private static readonly Func<KinviteDbContext, Guid, Guid, CancellationToken, Task<Found?>> FindChild =
        EF.CompileAsyncQuery((KinviteDbContext db, Guid familyId, Guid childId, CancellationToken ct) => (
            from member in db.Members.AsNoTracking().Include(m => m.Children)
            where member.FamilyId == familyId && member.Id == childId && member.AccountId == null
            join family in db.Families on member.FamilyId equals family.Id
            select new Found { Member = member, Family = family }).SingleOrDefault());

    private static readonly Func<KinviteDbContext, Guid, Guid, CancellationToken, Task<Member?>> FindChildInside =
        EF.CompileAsyncQuery((KinviteDbContext db, Guid familyId, Guid childId, CancellationToken ct) =>
            db.Members.Include(m => m.Children).SingleOrDefault(m => m.FamilyId == familyId && m.Id == childId && m.AccountId == null));

    /// <summary>For reading: one statement.</summary>
    public async Task<Result<Insider>> EnterAsync(Guid familyId, CancellationToken ct)
    {
        var found = account.ChildId is not { } child ? await Find(db, familyId, account.Id, ct)
            : account.FamilyId == familyId ? await FindChild(db, familyId, child, ct) : null;
        return Admit(found?.Family, found?.Member);
    }

    /// <summary>Inside a <see cref="FamilyTransaction"/>, where the family is locked already: rights are read after the lock.</summary>
    public async Task<Result<Insider>> EnterAsync(Family locked, CancellationToken ct) => Admit(
        locked,
        account.ChildId is not { } child ? await FindInside(db, locked.Id, account.Id, ct)
            : account.FamilyId == locked.Id ? await FindChildInside(db, locked.Id, child, ct) : null);

    private Result<Insider> Admit(Family? family, Member? member)
    {
        if (family is null || member is null || kinds.TryFind(family.Kind) is not { } kind || member.AsActor(kind, clock.Now()) is not { } actor)
        {
            return Problem.NotFound;
        }

        // On a shared tablet somebody is in as a child, or not at all.
        return account.IsChild && !member.IsChildIn(kind) ? Problem.NotFound : new Insider(family, kind, member, actor);
    }

    private sealed class Found
    {
        public required Member Member { get; init; }
        public required Family Family { get; init; }
    }
}
