using Kinvite.Kinds;
using Kinvite.Rights;

namespace Kinvite.Members;

/// <summary>A person in a family, with or without account. Removing one deletes the row: history keeps names of its own.</summary>
internal sealed class Member
{
    public const int NameLength = 80;

    /// <summary>How long before their end a member is warned.</summary>
    public static readonly TimeSpan WarnedBefore = TimeSpan.FromDays(1);

    public required Guid FamilyId { get; init; }
    public required Guid Id { get; init; }

    /// <summary>Null for a profile: a child, a baby or an elder without account.</summary>
    public Guid? AccountId { get; set; }
    public required string Name { get; set; }
    public required string Role { get; set; }
    public required Permission Permission { get; set; }

    /// <summary>False: only <see cref="Children"/>.</summary>
    public required bool WholeFamily { get; set; }

    /// <summary>The children that this member sees, each with a permission; empty for the whole family.</summary>
    public List<MemberChild> Children { get; init; } = [];

    /// <summary>Came with a name only: looks, and never invites. Ends with the first proven address or passkey.</summary>
    public bool IsGuest { get; set; }
    public int Points { get; set; }
    public int? BirthYear { get; set; }

    /// <summary>A name of the built-in set, never an upload.</summary>
    public string? Avatar { get; set; }

    /// <summary>Slow hash of the four digits a child types on a shared tablet.</summary>
    public string? PinHash { get; set; }

    /// <summary>Wrong digits in a row; each is counted before it is compared.</summary>
    public short PinTries { get; set; }

    /// <summary>No digits are taken until then.</summary>
    public DateTimeOffset? PinLockedUntil { get; set; }

    /// <summary>The instant at which all rights end; null = until removed.</summary>
    public DateTimeOffset? AccessUntil { get; set; }

    /// <summary>The end that a warning was sent for; another end is warned of anew.</summary>
    public DateTimeOffset? WarnedOf { get; set; }
    public required DateTimeOffset JoinedAt { get; init; }

    /// <summary>Who invited or added them; a member id that may be gone.</summary>
    public Guid? InvitedBy { get; init; }

    /// <summary>How somebody is called whose account is deleted, where a name has to stand: in the family's language.</summary>
    public static string GoneName(string locale) => locale == "es" ? "Antiguo miembro" : "Former member";

    /// <summary>What the rules see, or null when there is nothing to see: temporary access has ended, or the kind no longer knows the role.</summary>
    public Actor? AsActor(FamilyKind kind, DateTimeOffset now) =>
        HasEnded(now) || kind.FindRole(Role) is not { } role ? null : ActorWith(role, Children.Where(c => !c.HasEnded(now)));

    /// <summary>Whether this is a child's profile: it has guardians, and may pick its face on a shared tablet.</summary>
    public bool IsChildIn(FamilyKind kind) => AccountId is null && kind.FindRole(Role) is { Child: true };

    /// <summary>Whether temporary access is over: at the instant it ends there are no rights any more.</summary>
    public bool HasEnded(DateTimeOffset now) => AccessUntil <= now;

    /// <summary>Whether a child, or with null the whole family, is open to this member.</summary>
    public bool Sees(Guid? childId, DateTimeOffset now) =>
        !HasEnded(now) && (WholeFamily || (childId is { } child && Children.Exists(c => c.ChildId == child && !c.HasEnded(now))));

    /// <summary>Whether an invitation that gives this would change nothing for this member.</summary>
    public bool WouldGainNothing(GrantedRole given, DateTimeOffset now) =>
        !HasEnded(now) && (WholeFamily || (!given.WholeFamily && given.Children.Keys.All(c => Sees(c, now))));

    /// <summary>Whether a grant for the whole family would lower what somebody who sees some children may do for one of them.</summary>
    public bool HoldsMoreThan(GrantedRole given) => !WholeFamily && given.WholeFamily && Children.Any(c => c.Permission > given.Permission);

    /// <summary>
    /// The membership that is given; or what it adds to one there is: children not yet seen, nothing lowered, role and permission as they were.
    /// One whose time is over holds nothing to add to, and begins anew with what is given.
    /// </summary>
    public static (Member Member, bool Gained) Admit(
        Member? existing, Guid familyId, Guid accountId, string name, GrantedRole given, DateTimeOffset? accessUntil, Guid? invitedBy, DateTimeOffset now,
        bool isGuest = false)
    {
        if (existing is null)
        {
            var id = Guid.CreateVersion7(now);
            return (new Member
            {
                FamilyId = familyId,
                Id = id,
                AccountId = accountId,
                Name = name,
                Role = given.Role.Key,
                Permission = given.Permission,
                IsGuest = isGuest,
                WholeFamily = given.WholeFamily,
                Children = [.. given.Children.Select(c => new MemberChild { FamilyId = familyId, MemberId = id, ChildId = c.Key, Permission = c.Value, Since = now, GivenBy = invitedBy })],
                AccessUntil = accessUntil,
                WarnedOf = AlreadyTold(accessUntil, now),
                JoinedAt = now,
                InvitedBy = invitedBy,
            }, true);
        }

        if (existing.HasEnded(now))
        {
            existing.Hold(given, accessUntil, now, invitedBy);
            existing.Children.ForEach(c => (c.Since, c.GivenBy, c.Until) = (now, invitedBy, null));
            return (existing, true);
        }

        if (existing.WouldGainNothing(given, now))
        {
            return (existing, false);
        }

        if (given.WholeFamily)
        {
            // One permission counts for the whole family: somebody who may do more for a child keeps that (FamilyChildren says what they get instead).
            if (existing.HoldsMoreThan(given))
            {
                return (existing, false);
            }

            // For the children not seen so far it may be no more than is given.
            (existing.WholeFamily, existing.Permission) = (true, (Permission)Math.Min((int)existing.Permission, (int)given.Permission));
            existing.Children.Clear();
            return (existing, true);
        }

        existing.Open(given.Children, accessUntil, invitedBy, now);
        return (existing, true);
    }

    // Children not seen so far, or not any more. Each keeps its own end: what is there is neither lengthened nor cut short by what comes.
    private void Open(IReadOnlyDictionary<Guid, Permission> children, DateTimeOffset? until, Guid? by, DateTimeOffset now)
    {
        if (AccessUntil is { } end && !(until <= end))
        {
            Children.ForEach(own => own.KeepEndOf(this));
            (AccessUntil, WarnedOf) = (until, AlreadyTold(until, now));
        }

        foreach (var (child, permission) in children.Where(c => !Sees(c.Key, now)))
        {
            // What has ended begins anew, in its row: the same child cannot be taken out and put in again in one save.
            if (Children.Find(own => own.ChildId == child) is not { } row)
            {
                Children.Add(row = new() { FamilyId = FamilyId, MemberId = Id, ChildId = child, Permission = permission, Since = now });
            }

            (row.Permission, row.Since, row.GivenBy) = (permission, now, by);
            row.EndAt(until == AccessUntil ? null : until, now);
        }
    }

    /// <summary>
    /// Whether the family may be handed over to them: somebody who can sign in, stays, and sees everything; or looks after every child, where people are let in
    /// for children alone and nobody but the owner sees everything.
    /// </summary>
    /// <param name="kind">The family's.</param>
    /// <param name="children">All children of the family.</param>
    public bool CanOwn(FamilyKind kind, IReadOnlyCollection<Guid> children) =>
        AccountId is not null && !IsGuest && AccessUntil is null && kind.FindRole(Role) is { } role
        && (WholeFamily || (kind.Invitations.Children == ChildrenMode.Required && role.Guardian && children.All(child => Children.Exists(c => c.ChildId == child && c.Permission >= Permission.Admin))));

    /// <summary>Owns the family from now on, and so sees the whole of it.</summary>
    public void Own()
    {
        (Permission, WholeFamily) = (Permission.Owner, true);
        Children.Clear();
    }

    /// <summary>
    /// Somebody signs in as this profile from now on: the same id, points, avatar and history. The digits for the shared tablet go, and what they may
    /// do is what is given.
    /// </summary>
    public Member TakeOver(Guid accountId, string? name, GrantedRole given, DateTimeOffset? accessUntil, DateTimeOffset now, bool isGuest = false)
    {
        Hold(given, accessUntil, now, by: null);
        (AccountId, Name, IsGuest, PinHash, PinTries, PinLockedUntil) = (accountId, name ?? Name, isGuest, null, 0, null);
        return this;
    }

    /// <summary>The same as somebody to act upon, whether or not their time has ended.</summary>
    public Actor AsTarget(FamilyKind kind) => ActorWith(kind.FindRole(Role), Children);

    /// <summary>What they may do and until when. A role that the kind has no more counts as one that brings nothing.</summary>
    public Standing Held(FamilyKind kind) => new(
        new(
            kind.FindRole(Role) ?? kind.FindRole(kind.DefaultRole)! with { Key = Role, Capabilities = [], Guardian = false },
            Permission, WholeFamily, Children.ToDictionary(c => c.ChildId, c => c.Permission)),
        AccessUntil);

    /// <summary>Holds from now on what is given, and nothing else.</summary>
    /// <param name="given">Role, permission and scope.</param>
    /// <param name="accessUntil">When it ends; null = no end.</param>
    /// <param name="now">The clock.</param>
    /// <param name="by">Who let them see children whom they did not see so far.</param>
    public void Hold(GrantedRole given, DateTimeOffset? accessUntil, DateTimeOffset now, Guid? by)
    {
        (Role, Permission, WholeFamily, AccessUntil, WarnedOf) = (given.Role.Key, given.Permission, given.WholeFamily, accessUntil, AlreadyTold(accessUntil, now) ?? WarnedOf);
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
                Children.Add(new MemberChild { FamilyId = FamilyId, MemberId = Id, ChildId = child, Permission = permission, Since = now, GivenBy = by });
            }
        }
    }

    /// <summary>When it ends for one of their children.</summary>
    public DateTimeOffset? EndFor(MemberChild own) => own.Until is { } until && !(until > AccessUntil) ? until : AccessUntil;

    /// <summary>What they hold without end once <see cref="Share"/> has been called, for the question whether every child keeps a guardian.</summary>
    public Standing LastingWith(IReadOnlySet<Guid> children, IReadOnlyDictionary<Guid, ChildShare> wanted, FamilyKind kind)
    {
        var others = Children.Where(c => !children.Contains(c.ChildId) && EndFor(c) is null).Select(c => (c.ChildId, c.Permission));
        var held = Held(kind).Given;
        return new(held with { Children = others.Concat(wanted.Where(w => w.Value.Until is null).Select(w => (w.Key, w.Value.Permission))).ToDictionary() }, AccessUntil: null);
    }

    /// <summary>
    /// Of some children: what is wanted holds from now on, the others are not touched. A new child gets its row, one that is not wanted loses it; the
    /// membership lasts as long as the last of them.
    /// </summary>
    public void Share(IReadOnlySet<Guid> children, IReadOnlyDictionary<Guid, ChildShare> wanted, Guid by, DateTimeOffset now)
    {
        Children.RemoveAll(own => children.Contains(own.ChildId) && !wanted.ContainsKey(own.ChildId));
        Children.ForEach(own => own.KeepEndOf(this));
        foreach (var (child, share) in wanted)
        {
            if (Children.Find(own => own.ChildId == child) is not { } row)
            {
                Children.Add(row = new() { FamilyId = FamilyId, MemberId = Id, ChildId = child, Permission = share.Permission, Since = now, GivenBy = by });
            }
            else if (row.HasEnded(now))
            {
                (row.Since, row.GivenBy) = (now, by);
            }

            row.Permission = share.Permission;
            row.EndAt(share.Until, now);
        }

        Permission = Children.Select(c => c.Permission).DefaultIfEmpty(Permission).Max();
        var end = Children.Exists(c => c.Until is null) ? null : Children.Max(c => c.Until);
        (AccessUntil, WarnedOf) = (end, end == AccessUntil ? WarnedOf : AlreadyTold(end, now) ?? WarnedOf);
        Children.ForEach(own => own.Until = own.Until == end ? null : own.Until);
    }

    /// <summary>What somebody else may know of how much they may do: of children whom one does not see, nothing.</summary>
    public Permission PermissionSeenBy(Actor viewer) => viewer.WholeFamily || WholeFamily || AccountId is null || viewer.MemberId == Id ? Permission
        : Children.Where(c => viewer.Children.ContainsKey(c.ChildId)).Select(c => c.Permission).DefaultIfEmpty(Permission.View).Max();

    /// <summary>When it ends, as far as somebody else may know: of the children whom one sees, the last end; null = no end.</summary>
    public DateTimeOffset? EndSeenBy(Actor viewer)
    {
        if (viewer.WholeFamily || WholeFamily || AccountId is null || viewer.MemberId == Id)
        {
            return AccessUntil;
        }

        var ends = Children.Where(c => viewer.Children.ContainsKey(c.ChildId)).Select(c => c.Until ?? AccessUntil).ToList();
        return ends.Count == 0 || ends.Contains(null) ? null : ends.Max();
    }

    /// <summary>Whether somebody may move the end of the membership (who manages the family, or a child that is seen as long as it lasts), or that for one child.</summary>
    public bool MayBeExtendedBy(Actor actor, FamilyKind kind, Guid? childId = null) =>
        RightsRule.MayLimit(actor, ActorWith(kind.FindRole(Role), Children.Where(c => childId is null ? c.Until is null : c.ChildId == childId))).Allowed;

    // Whoever is let in for an evening, or until tomorrow, has just been told when it ends.
    private static DateTimeOffset? AlreadyTold(DateTimeOffset? end, DateTimeOffset now) => end <= now + WarnedBefore ? end : null;

    private Actor ActorWith(KindRole? role, IEnumerable<MemberChild> children) => new(
        Id, Permission, WholeFamily, children.ToDictionary(c => c.ChildId, c => c.Permission), role?.CapabilitySet ?? new HashSet<string>(StringComparer.Ordinal),
        role is { Guardian: true }, IsGuest);
}

/// <summary>What is wanted for one child.</summary>
/// <param name="Permission">What they may do for it.</param>
/// <param name="Until">When it ends; null = with the membership.</param>
internal sealed record ChildShare(Permission Permission, DateTimeOffset? Until);
