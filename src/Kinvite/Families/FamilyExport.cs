using Kinvite.AccessRequests;
using Kinvite.Activity;
using Kinvite.Devices;
using Kinvite.Invitations;
using Kinvite.Members;
using Kinvite.Rights;

namespace Kinvite.Families;

/// <summary>All that is kept about a family, for its owner. Never a link, a code or anything one could be made of.</summary>
/// <param name="ExportedAt">When it was read: all of it at one moment.</param>
/// <param name="Family">The family.</param>
/// <param name="Members">Everybody in it.</param>
/// <param name="Children">Every child with all who see it.</param>
/// <param name="Points">How the members came to their points, oldest first.</param>
/// <param name="Invites">Every invitation, ended ones as well.</param>
/// <param name="InviteLinks">Every open link, ended ones as well; never its address.</param>
/// <param name="AccessRequests">Everybody who asked to get in.</param>
/// <param name="Blocked">Those whose requests the family does not want to see.</param>
/// <param name="Devices">The shared tablets.</param>
/// <param name="Activity">Everything that happened, newest first.</param>
public sealed record FamilyExport(
    DateTimeOffset ExportedAt, FamilyResponse Family, IReadOnlyList<MemberResponse> Members, IReadOnlyList<ExportedChild> Children,
    IReadOnlyList<ExportedPoints> Points, IReadOnlyList<InviteResponse> Invites, IReadOnlyList<InviteLinkItem> InviteLinks,
    IReadOnlyList<ExportedAsker> AccessRequests, IReadOnlyList<ExportedBlock> Blocked, IReadOnlyList<DeviceResponse> Devices,
    IReadOnlyList<ActivityItem> Activity);

/// <summary>A child, or whoever else is seen one by one, with all who see them.</summary>
/// <param name="Id">Their member id.</param>
/// <param name="Name">What they are called.</param>
/// <param name="SeenBy">All who see them; it may have ended.</param>
public sealed record ExportedChild(Guid Id, string Name, IReadOnlyList<ExportedSight> SeenBy);

/// <summary>Somebody who sees a child.</summary>
/// <param name="MemberId">Who.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Permission">What they may do for the child.</param>
/// <param name="Since">Since when.</param>
/// <param name="By">Who let them, while that person is still here.</param>
/// <param name="Until">When it ends or ended; null = no end.</param>
public sealed record ExportedSight(Guid MemberId, string Name, Permission Permission, DateTimeOffset Since, MemberReference? By, DateTimeOffset? Until);

/// <summary>Points that a member was given, or that were taken.</summary>
/// <param name="MemberId">Whose.</param>
/// <param name="At">When.</param>
/// <param name="Delta">How many; below 0 they were taken.</param>
/// <param name="Total">The member's points after it.</param>
/// <param name="Reason">What for.</param>
/// <param name="By">Who gave or took them, with the name of that time.</param>
public sealed record ExportedPoints(Guid MemberId, DateTimeOffset At, int Delta, int Total, string? Reason, MemberReference By);

/// <summary>Somebody who asked to get in.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Name">What they call themselves.</param>
/// <param name="Role">What they would like to be.</param>
/// <param name="ChildId">The child it is about.</param>
/// <param name="InviteId">The invitation it came by.</param>
/// <param name="LinkId">The open link it came by.</param>
/// <param name="Message">What they say.</param>
/// <param name="CreatedAt">When they asked.</param>
/// <param name="ResolvedAt">When it was answered.</param>
/// <param name="ResolvedBy">Who answered, while that person is still here.</param>
public sealed record ExportedAsker(
    Guid Id, AccessRequestStatus Status, string Name, string? Role, Guid? ChildId, Guid? InviteId, Guid? LinkId, string? Message,
    DateTimeOffset CreatedAt, DateTimeOffset? ResolvedAt, MemberReference? ResolvedBy);

/// <summary>Somebody whose requests the family does not want to see.</summary>
/// <param name="Name">What their account calls them.</param>
/// <param name="Since">Since when.</param>
public sealed record ExportedBlock(string Name, DateTimeOffset Since);
