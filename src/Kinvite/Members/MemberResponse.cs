using Kinvite.Rights;

namespace Kinvite.Members;

/// <summary>A person in a family, as the caller may see them.</summary>
/// <param name="Id">Stays the same for as long as they are a member.</param>
/// <param name="Name">How the family calls them.</param>
/// <param name="Role">The role's key in the family's kind.</param>
/// <param name="RoleName">The role in the caller's language.</param>
/// <param name="Permission">What they may do; for a member of chosen children the most they may do for one.</param>
/// <param name="HasAccount">False: a profile, such as a child.</param>
/// <param name="IsYou">The caller.</param>
/// <param name="IsGuest">Came by an open link without signing in.</param>
/// <param name="HasPin">Types four digits on a shared tablet.</param>
/// <param name="Points">Null where the kind has none.</param>
/// <param name="BirthYear">Of a child, where given.</param>
/// <param name="Avatar">A name of the built-in set.</param>
/// <param name="AccessUntil">The instant at which access ends; null = no end.</param>
/// <param name="Scope"><c>family</c>, or <c>children</c>: only those listed.</param>
/// <param name="Children">The children they see, as far as the caller sees those too.</param>
/// <param name="JoinedAt">Since when.</param>
/// <param name="InvitedBy">Who invited or added them, while that person is still here.</param>
public sealed record MemberResponse(
    Guid Id, string Name, string Role, string RoleName, Permission Permission, bool HasAccount, bool IsYou, bool IsGuest, bool HasPin, int? Points,
    int? BirthYear, string? Avatar, DateTimeOffset? AccessUntil, string Scope, IReadOnlyList<ChildAccess> Children, DateTimeOffset JoinedAt,
    MemberReference? InvitedBy)
{
    internal static MemberResponse Of(Member member, Insider viewer, string? inviterName)
    {
        var role = viewer.Kind.FindRole(member.Role);
        return new(
            member.Id,
            member.Name,
            member.Role,
            role?.Name.ToString() ?? member.Role,
            member.PermissionSeenBy(viewer.Actor),
            member.AccountId is not null,
            member.Id == viewer.Member.Id,
            member.IsGuest,
            member.PinHash is not null,
            viewer.Kind.HasPoints ? member.Points : null,
            member.BirthYear,
            member.Avatar,
            member.EndSeenBy(viewer.Actor),
            ScopeOf(member.WholeFamily),
            ChildAccess.Seen(member.Children, viewer.Actor),
            member.JoinedAt,
            member.InvitedBy is { } inviter && inviterName is not null ? new MemberReference(inviter, inviterName) : null);
    }

    internal static string ScopeOf(bool wholeFamily) => wholeFamily ? "family" : "children";
}

/// <summary>A member by id and name.</summary>
/// <param name="MemberId">Their id; null once they are gone.</param>
/// <param name="Name">How the family calls or called them.</param>
public sealed record MemberReference(Guid? MemberId, string Name);

/// <summary>What somebody may do for one child.</summary>
/// <param name="ChildId">The child's member id.</param>
/// <param name="Permission"><c>view</c>, <c>edit</c> or <c>admin</c>.</param>
public sealed record ChildAccess(Guid ChildId, Permission Permission)
{
    internal static IReadOnlyList<ChildAccess> Seen(IEnumerable<MemberChild> children, Actor viewer) =>
        [.. children.Where(c => viewer.WholeFamily || viewer.Children.ContainsKey(c.ChildId)).OrderBy(c => c.ChildId).Select(c => new ChildAccess(c.ChildId, c.Permission))];
}
