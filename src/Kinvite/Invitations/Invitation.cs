using System.Linq.Expressions;
using Kinvite.Addresses;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Rights;

namespace Kinvite.Invitations;

/// <summary>As stored. What a reader sees is <see cref="Invitation.StatusAt"/>: past its end a pending one is expired.</summary>
public enum InvitationStatus
{
    /// <summary>Waits for its person.</summary>
    Pending = 1,

    /// <summary>Used, once.</summary>
    Accepted = 2,

    /// <summary>Its person said no.</summary>
    Declined = 3,

    /// <summary>Withdrawn by the family.</summary>
    Revoked = 4,

    /// <summary>Its time is over.</summary>
    Expired = 5,

    /// <summary>The message came back; it can still be accepted.</summary>
    Bounced = 6,
}

/// <summary>How an invitation reaches its person.</summary>
public enum InvitationChannel
{
    /// <summary>Handed over by the inviter: copied link, QR.</summary>
    None = 1,

    /// <summary>By mail.</summary>
    Email = 2,

    /// <summary>By text message.</summary>
    Phone = 3,
}

/// <summary>For one person, used once. Holds no secret: its token is derived from id and generation (<c>Links/LinkToken.cs</c>).</summary>
internal sealed class Invitation
{
    public const int MessageLength = 500;

    /// <summary>After so many resends the inviter is asked to start anew (design.md §4).</summary>
    public const int MaxResends = 20;

    public required Guid Id { get; init; }
    public required Guid FamilyId { get; init; }
    public required InvitationStatus Status { get; set; }
    public required InvitationChannel Channel { get; set; }

    /// <summary>The address as written, for sending and showing; erased some time after the end.</summary>
    public string? Address { get; set; }

    /// <summary>The canonical key, compared as bytes.</summary>
    public string? AddressKey { get; set; }
    public string? Name { get; set; }
    public required string Role { get; set; }
    public required Permission Permission { get; set; }

    /// <summary>False: for <see cref="Children"/> only.</summary>
    public required bool WholeFamily { get; set; }
    public List<InvitationChild> Children { get; init; } = [];
    public DateTimeOffset? AccessUntil { get; set; }
    public string? Message { get; set; }
    public required string Locale { get; set; }
    public required Binding Binding { get; init; }
    public required bool RequireLogin { get; init; }

    /// <summary>An existing profile that the invited person takes over.</summary>
    public Guid? MemberId { get; init; }

    /// <summary>Counts up with every resend and every changed address; older links are replaced ones.</summary>
    public required short Generation { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Who answers for it: the last who created, changed or resent it. A member id that may be gone.</summary>
    public required Guid InviterId { get; set; }
    public required string InviterName { get; set; }
    public DateTimeOffset? SeenAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The member that came of it.</summary>
    public Guid? AcceptedBy { get; set; }

    /// <summary>Whether using it added something, so that a repeat gets the first answer again.</summary>
    public bool? AcceptedGained { get; set; }

    /// <summary>Reminders that were queued for this generation, at most <c>2</c>.</summary>
    public short Reminders { get; set; }

    /// <summary>When somebody has to look after it next: a reminder, its end, the erasure of what it says about a person. Null = nothing more to do.</summary>
    public DateTimeOffset? NextStepAt { get; set; }

    /// <summary>When address, name and message were erased.</summary>
    public DateTimeOffset? ErasedAt { get; set; }

    /// <summary>The account that used it; tells a repeat from a second person.</summary>
    public Guid? AcceptedAccountId { get; set; }

    /// <summary>Whether it can still be used, before the clock is asked.</summary>
    public bool IsOpen => Status is InvitationStatus.Pending or InvitationStatus.Bounced;

    /// <summary>The status as the clock says: expiry is a comparison, not a job.</summary>
    public InvitationStatus StatusAt(DateTimeOffset now) => IsOpen && ExpiresAt <= now ? InvitationStatus.Expired : Status;

    /// <summary>A bearer invitation never makes somebody a manager: such a one waits for approval as under <c>confirm</c>.</summary>
    public Binding EffectiveBinding =>
        Binding == Binding.Bearer && (Permission >= Permission.Admin || Children.Any(c => c.Permission >= Permission.Admin)) ? Binding.Confirm : Binding;

    /// <summary>What it gives, for the ceiling.</summary>
    public Grant AsGrant(FamilyKind kind) => new(
        Permission, WholeFamily, Children.ToDictionary(c => c.ChildId, c => c.Permission),
        kind.FindRole(Role)?.CapabilitySet ?? new HashSet<string>(StringComparer.Ordinal), MemberId);

    /// <summary>The children that it is about, for whom it opens and whose profile is taken over; none for the whole family. A row with its children.</summary>
    public IEnumerable<Guid> Concerns => WholeFamily ? [] : MemberId is { } profile ? Children.Select(c => c.ChildId).Append(profile) : Children.Select(c => c.ChildId);

    /// <summary>What somebody asks for who came by it: the family, or these children and nothing that others could have answered about other ones.</summary>
    public Guid AskedFor => WholeFamily ? FamilyId : Id;

    /// <summary>What the clock and the children say is written down, so that its address is free again.</summary>
    public void Tidy(DateTimeOffset now)
    {
        if (StatusAt(now) == InvitationStatus.Expired)
        {
            (Status, EndedAt) = (InvitationStatus.Expired, ExpiresAt);
        }
        else if (IsEmpty)
        {
            Revoke(now);
        }
    }

    /// <summary>Nothing in it says any more who was invited.</summary>
    public void Erase(DateTimeOffset now) => (Address, AddressKey, Name, Message, ErasedAt) = (null, null, null, null, now);

    /// <summary>Withdrawn by the family; an ended one stays what it is.</summary>
    public void Revoke(DateTimeOffset now)
    {
        if (Status is InvitationStatus.Pending or InvitationStatus.Bounced or InvitationStatus.Expired)
        {
            (Status, EndedAt) = (InvitationStatus.Revoked, now);
        }
    }

    /// <summary>Sent anew: a new secret, a new life, and whoever does it answers for it from now on.</summary>
    public void Renew(Member inviter, FamilyKind kind, DateTimeOffset now)
    {
        Generation++;
        ExpiresAt = now.AddDays(kind.Invitations.LifetimeDays);
        (Status, EndedAt) = (InvitationStatus.Pending, null);
        (InviterId, InviterName) = (inviter.Id, inviter.Name);
        PlanNextStep(now);
    }

    /// <summary>
    /// For each new generation, after <see cref="ExpiresAt"/> is set: when it is looked after first. Nothing needs planning when it ends: whoever
    /// looks after it then finds it ended (<c>InvitationSteps.cs</c>).
    /// </summary>
    public void PlanNextStep(DateTimeOffset now) => (Reminders, NextStepAt) = (0, InvitationSteps.FirstReminder(now, ExpiresAt));

    /// <summary>
    /// For another address, or (null) handed over from now on: links made before are dead, and what is known about the person before is forgotten.
    /// The key is the same for another spelling of the same mailbox: that changes no more than how it is written.
    /// </summary>
    public void Readdress(ContactAddress? to, Member inviter, FamilyKind kind, DateTimeOffset now)
    {
        if (to?.Key != AddressKey)
        {
            Renew(inviter, kind, now);
            (Channel, SeenAt) = (to?.Type switch
            {
                AddressType.Email => InvitationChannel.Email,
                AddressType.Phone => InvitationChannel.Phone,
                null => InvitationChannel.None,
            }, null);
        }

        (Address, AddressKey) = (to?.Value, to?.Key);
    }

    /// <summary>Gives something else from now on.</summary>
    public void Regrant(GrantedRole given)
    {
        (Role, Permission, WholeFamily) = (given.Role.Key, given.Permission, given.WholeFamily);
        // Row by row: the same child cannot be taken out and put in again in one save.
        Children.RemoveAll(own => !given.Children.ContainsKey(own.ChildId));
        foreach (var (child, permission) in given.Children)
        {
            if (Children.Find(own => own.ChildId == child) is { } own)
            {
                own.Permission = permission;
            }
            else
            {
                Children.Add(new() { FamilyId = FamilyId, InvitationId = Id, ChildId = child, Permission = permission });
            }
        }
    }

    /// <summary>The mail of this generation came back; the invitation itself still stands. False when it is not about what waits now.</summary>
    public bool Bounce(short generation, DateTimeOffset now)
    {
        if (generation != Generation || StatusAt(now) != InvitationStatus.Pending)
        {
            return false;
        }

        Status = InvitationStatus.Bounced;
        return true;
    }

    /// <summary>Used up.</summary>
    /// <param name="memberId">The member that came of it.</param>
    /// <param name="accountId">Who used it.</param>
    /// <param name="now">The clock.</param>
    /// <param name="gained">Whether it added anything, for the same answer to a repeat.</param>
    public void Use(Guid memberId, Guid accountId, DateTimeOffset now, bool gained = true) =>
        (Status, EndedAt, AcceptedBy, AcceptedAccountId, AcceptedGained) = (InvitationStatus.Accepted, now, memberId, accountId, gained);

    /// <summary>It was for children, and none of them is here any more. Takes a row with its children; whoever takes over a profile needs none.</summary>
    public bool IsEmpty => !WholeFamily && Children.Count == 0 && MemberId is null;

    /// <summary>Whether somebody still answers for it: a member who may invite, holds as much as it gives, and may hand over the profile that it is for.</summary>
    public bool IsBackedBy(Member? inviter, FamilyKind kind, DateTimeOffset now)
    {
        var actor = inviter?.AsActor(kind, now);
        return !IsEmpty && kind.FindRole(Role) is not null && RightsRule.MayGrant(actor, AsGrant(kind)).Allowed && RightsRule.Decide(actor, Capabilities.InvitesManage).Allowed
            && (MemberId is not { } profile || RightsRule.MayHandOver(actor, profile).Allowed);
    }

    /// <summary>The same as a role that is given.</summary>
    public GrantedRole? AsGiven(FamilyKind kind) => kind.FindRole(Role) is { } role
        ? new(role, Permission, WholeFamily, Children.ToDictionary(c => c.ChildId, c => c.Permission))
        : null;

    /// <summary>The open invitations that a member answers for: they end when that member goes.</summary>
    public static Expression<Func<Invitation, bool>> OpenBy(Guid familyId, Guid inviterId) => i =>
        i.FamilyId == familyId && i.InviterId == inviterId && (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced);
}

/// <summary>One child that an invitation opens.</summary>
internal sealed class InvitationChild
{
    public required Guid FamilyId { get; init; }
    public required Guid InvitationId { get; init; }
    public required Guid ChildId { get; init; }
    public required Permission Permission { get; set; }
}
