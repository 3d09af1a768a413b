using Kinvite.Delivery;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;

namespace Kinvite.Invitations;

/// <summary>An invitation, for those who may manage it. Never holds a link or anything one could be made of.</summary>
/// <param name="Id">Its public id.</param>
/// <param name="Status">As the clock says at the moment of reading.</param>
/// <param name="Channel">How it reaches its person; <c>none</c> = handed over.</param>
/// <param name="Email">The invited address, until it is erased some time after the end.</param>
/// <param name="Phone">The invited number, likewise.</param>
/// <param name="Name">What the inviter calls the person.</param>
/// <param name="Role">The role's key.</param>
/// <param name="Permission">What it gives.</param>
/// <param name="Children">The children it opens; empty = the whole family.</param>
/// <param name="AccessUntil">When what it gives will end.</param>
/// <param name="Message">The personal message.</param>
/// <param name="Locale">The language of its mails.</param>
/// <param name="Binding">Who may use it.</param>
/// <param name="RequireLogin">Whether joining asks for an account.</param>
/// <param name="MemberId">The profile that is taken over.</param>
/// <param name="Delivery">Where its newest message stands.</param>
/// <param name="SeenAt">When a person first touched its page.</param>
/// <param name="InvitedBy">Who answers for it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">Until when it can be accepted.</param>
/// <param name="AcceptedAt">When it was used.</param>
/// <param name="AcceptedBy">The member that came of it.</param>
public sealed record InviteResponse(
    Guid Id, InvitationStatus Status, InvitationChannel Channel, string? Email, string? Phone, string? Name, string Role, Permission Permission,
    IReadOnlyList<ChildAccess> Children, DateTimeOffset? AccessUntil, string? Message, string Locale, Binding Binding, bool RequireLogin, Guid? MemberId,
    InviteDelivery Delivery, DateTimeOffset? SeenAt, MemberReference InvitedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
    DateTimeOffset? AcceptedAt, MemberReference? AcceptedBy)
{
    internal static InviteResponse Of(InviteRow row, DateTimeOffset now) => Of(row.Invitation, row.Invitation.Children, row.Message, row.InviterName, row.AcceptedName, now);

    internal static InviteResponse Of(
        Invitation invitation, IEnumerable<InvitationChild> children, OutboxMessage? message, string? inviterName, string? acceptedName, DateTimeOffset now) => new(
        invitation.Id,
        invitation.StatusAt(now),
        invitation.Channel,
        invitation.Channel == InvitationChannel.Email ? invitation.Address : null,
        invitation.Channel == InvitationChannel.Phone ? invitation.Address : null,
        invitation.Name,
        invitation.Role,
        invitation.Permission,
        [.. children.OrderBy(c => c.ChildId).Select(c => new ChildAccess(c.ChildId, c.Permission))],
        invitation.AccessUntil,
        invitation.Message,
        invitation.Locale,
        invitation.Binding,
        invitation.RequireLogin,
        invitation.MemberId,
        InviteDelivery.Of(message),
        invitation.SeenAt,
        new MemberReference(inviterName is null ? null : invitation.InviterId, inviterName ?? invitation.InviterName),
        invitation.CreatedAt,
        invitation.ExpiresAt,
        invitation.Status == InvitationStatus.Accepted ? invitation.EndedAt : null,
        invitation.AcceptedBy is { } member ? new MemberReference(acceptedName is null ? null : member, acceptedName ?? invitation.Name ?? "") : null);
}

/// <summary>Where an invitation's newest message stands (design.md §3 rule 10).</summary>
/// <param name="State"><c>none queued sent delivered uncertain failed bounced</c>.</param>
/// <param name="At">Since when.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Detail">What the other side said, where it failed.</param>
public sealed record InviteDelivery(DeliveryState State, DateTimeOffset? At, int Attempts, string? Detail)
{
    internal static InviteDelivery Of(OutboxMessage? message) => message is null or { State: DeliveryState.Dropped }
        ? new(DeliveryState.None, null, 0, null)
        : new(message.State, message.StateAt ?? message.CreatedAt, message.Attempts, message.Detail);
}

/// <summary>An invitation with what is shown beside it, in one statement for a whole list.</summary>
internal sealed class InviteRow
{
    public required Invitation Invitation { get; init; }

    /// <summary>The newest message of the present generation.</summary>
    public OutboxMessage? Message { get; init; }

    /// <summary>Null once that member is gone.</summary>
    public string? InviterName { get; init; }
    public string? AcceptedName { get; init; }

    /// <summary>The newest message is found by its id first: a join on "the newest of each" would read the whole outbox.</summary>
    public static IQueryable<InviteRow> Of(KinviteDbContext db, IQueryable<Invitation> invitations) =>
        from i in invitations
        from message in db.Outbox.Where(o => o.Id == db.Outbox
            .Where(m => m.SubjectId == i.Id && m.Type == MessageTypes.Invitation && m.Generation == i.Generation)
            .OrderByDescending(m => m.Id).Select(m => (Guid?)m.Id).FirstOrDefault()).DefaultIfEmpty()
        select new InviteRow
        {
            Invitation = i,
            Message = message,
            InviterName = db.Members.Where(m => m.FamilyId == i.FamilyId && m.Id == i.InviterId).Select(m => m.Name).FirstOrDefault(),
            AcceptedName = db.Members.Where(m => m.FamilyId == i.FamilyId && m.Id == i.AcceptedBy).Select(m => m.Name).FirstOrDefault(),
        };
}
