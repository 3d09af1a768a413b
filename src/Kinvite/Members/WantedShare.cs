using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Rights;

namespace Kinvite.Members;

/// <summary>
/// What somebody is to see of the children whom another one manages. Whatever else they see is not touched, decides nothing, and no answer tells that
/// there is any (deny by default): so a scoped manager changes no role and no membership, but children one by one.
/// </summary>
internal static class WantedShare
{
    private const string NobodySees = "Choose at least one child; whoever is to see none is removed.";

    private static readonly Problem AboveThem = Problem.RightsMissing with { Detail = "This person can do more than you." };

    /// <summary>Whether a change is about children one by one: from a child's page, or by somebody who manages some children.</summary>
    public static bool Applies(UpdateMemberRequest request, Insider me, Member target) =>
        target is { AccountId: not null, WholeFamily: false } && target.Id != me.Member.Id
        && (request.Step is not null || (!me.Actor.WholeFamily && (request.ChangesAccess || request.AccessUntil.IsSet)));

    /// <summary>The children that <paramref name="me"/> manages, and what is wanted for those of them that <paramref name="target"/> is to see.</summary>
    public static Result<(IReadOnlySet<Guid> Managed, IReadOnlyDictionary<Guid, ChildShare> Wanted)> Of(UpdateMemberRequest request, Insider me, Member target, DateTimeOffset now)
    {
        if (me.Lacks(Capabilities.MembersManage) is { } lacks)
        {
            return lacks;
        }

        if (request.Role.IsSet && request.Role.Value != target.Role)
        {
            return Problem.RightsMissing with { Detail = "What somebody is here, only who manages the whole family changes; you say what they may do for each child." };
        }

        if (Check(request, now) is { } invalid)
        {
            return invalid;
        }

        var present = target.Children.Where(c => !c.HasEnded(now)).ToDictionary(c => c.ChildId);
        var managed = NamedIn(request).Concat(present.Keys).Where(c => me.May(Capabilities.MembersManage, c).Allowed).ToHashSet();
        var named = Named(request, present.Keys.Where(managed.Contains));
        var wanted = new Dictionary<Guid, ChildShare>();
        foreach (var (child, permission) in named)
        {
            var own = present.GetValueOrDefault(child);
            if (!managed.Contains(child))
            {
                // Seen and not managed: it can only be named as it is.
                if (own is null || (permission ?? own.Permission) != own.Permission)
                {
                    return Problem.RightsCeiling with { Detail = "You can only give what you can do yourself for each of these children." };
                }

                continue;
            }

            var end = own is null ? target.AccessUntil : target.EndFor(own);
            var until = request.Step is { } step ? (step.ChildId == child ? step.Until.Or(end) : end) : request.AccessUntil.Or(end);
            wanted[child] = new(permission ?? own?.Permission ?? Least(RolesOwn(me.Kind, target), Held(me, child)), until);
        }

        return Refuses(me, target, present, managed, wanted) is { } refusal ? refusal : (managed, wanted);
    }

    private static Problem? Check(UpdateMemberRequest request, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        if (request.Permission.Value >= Permission.Owner)
        {
            errors.Add("permission", "Ownership is handed over, never given with an invitation.");
        }

        if (request.AccessUntil.Value <= now || request.Step?.Until.Value <= now)
        {
            errors.Add("accessUntil", "Give an instant in the future.");
        }

        if (request.Children.Value?.Any(c => c is null || c.Permission >= Permission.Owner) == true)
        {
            errors.Add("children", "Give each child's id.");
        }
        else if (request.Children.Value?.DistinctBy(c => c!.ChildId).Count() != request.Children.Value?.Count)
        {
            errors.Add("children", "This child is named twice.");
        }

        return errors.Problem;
    }

    /// <summary>The children that the request itself names.</summary>
    public static IEnumerable<Guid> NamedIn(UpdateMemberRequest request) =>
        (request.Children.Value ?? []).OfType<ChildGrantEntry>().Select(c => c.ChildId).Concat(request.Step is { } step ? [step.ChildId] : []);

    // Null: as it is, or as the role has it. Without a list all stay that are there.
    private static Dictionary<Guid, Permission?> Named(UpdateMemberRequest request, IEnumerable<Guid> present)
    {
        Permission? all = request.Permission.Value;
        var named = request.Children.IsSet
            ? (request.Children.Value ?? []).ToDictionary(c => c!.ChildId, c => c!.Permission ?? all)
            : present.ToDictionary(c => c, _ => all);
        if (request.Step is { } step)
        {
            named[step.ChildId] = step.Permission.IsSet ? step.Permission.Value : null;
        }

        return named;
    }

    private static Problem? Refuses(
        Insider me, Member target, Dictionary<Guid, MemberChild> present, HashSet<Guid> managed, Dictionary<Guid, ChildShare> wanted)
    {
        foreach (var (child, share) in wanted)
        {
            var own = present.GetValueOrDefault(child);
            if (share.Permission > Held(me, child))
            {
                return own?.Permission == share.Permission ? AboveThem : Problem.RightsCeiling with { Detail = "You can only give what you can do yourself for each of these children." };
            }

            // Where levels are each child's own, the role is a name for the first one; elsewhere it is the most.
            if (me.Kind.Invitations.Permission is not (PermissionMode.PerChild or PermissionMode.Choose) && share.Permission > Most(RolesOwn(me.Kind, target), own?.Permission))
            {
                return Problem.Invalid("children", "It can be less than the role has, not more.");
            }
        }

        if (present.Values.Any(own => managed.Contains(own.ChildId) && own.Permission > Held(me, own.ChildId)))
        {
            return AboveThem;
        }

        return wanted.Count > 0 || present.Keys.Any(c => !managed.Contains(c) && me.Actor.Children.ContainsKey(c)) ? null : Problem.Invalid("children", NobodySees);
    }

    private static Permission Held(Insider me, Guid child) =>
        me.Actor.WholeFamily ? (Permission)Math.Min((int)me.Actor.Permission, (int)Permission.Admin) : me.Actor.Children.GetValueOrDefault(child);

    private static Permission RolesOwn(FamilyKind kind, Member target) => kind.FindRole(target.Role)?.Permission ?? Permission.View;

    private static Permission Least(Permission one, Permission other) => one < other ? one : other;

    private static Permission Most(Permission one, Permission? other) => other > one ? other.Value : one;
}
