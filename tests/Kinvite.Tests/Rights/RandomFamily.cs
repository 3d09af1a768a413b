using Kinvite.AccessRequests;
using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Rights;

namespace Kinvite.Tests.Rights;

/// <summary>
/// A family as chance makes it: children, elders, adults who see all or some of the children, invitations, requests and what happened.
/// The same seed and size give the same family. Compared in memory here, and as SQL by the server's tests.
/// </summary>
internal sealed class RandomFamily
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);
    private static readonly string[] Rights = [.. Capabilities.Least.Keys, "points.adjust"];
    private readonly Random random;
    private int made;

    public RandomFamily(int seed, int size)
    {
        random = new(seed);
        Family = new()
        {
            Id = NewId(), Name = "Family", Kind = "home", Locale = "en", TimeZone = "UTC", OwnerId = NewId(), CreatedAt = Now,
        };
        var children = Many(size).Select(_ => MemberOf("child", account: false)).ToList();
        var elders = Many(size / 2).Select(_ => MemberOf("elder", account: false)).ToList();
        var adults = Many(size).Select(_ => Scoped(MemberOf("relative", account: true), children)).ToList();
        Members = [MemberOf("co-parent", account: true, Family.OwnerId), .. children, .. elders, .. adults];
        Invitations = [.. Many(size * 2).Select(_ => Invite(children))];
        Requests = [.. Many(size * 2).Select(_ => Request(children))];
        Activity = [.. Many(size * 2).Select(_ => Happen(children))];
        Actors = [.. Members.Where(m => m.AccountId is not null).Select(Acting)];
    }

    public Family Family { get; }

    public IReadOnlyList<Member> Members { get; }

    public IReadOnlyList<Invitation> Invitations { get; }

    public IReadOnlyList<AccessRequest> Requests { get; }

    public IReadOnlyList<ActivityEntry> Activity { get; }

    /// <summary>Everybody with an account, with what a role of an operator's kind could add.</summary>
    public IReadOnlyList<Actor> Actors { get; }

    /// <summary>What the rule lets somebody see, by id.</summary>
    public static IEnumerable<Guid> Seen(IEnumerable<Member> all, Actor actor) => all
        .Where(m => RightsRule.Sees(actor, m.Id, m.AccountId is not null, m.WholeFamily, m.Children.Select(c => c.ChildId))).Select(m => m.Id).Order();

    /// <inheritdoc cref="Seen(IEnumerable{Member}, Actor)"/>
    public static IEnumerable<Guid> Seen(IEnumerable<Invitation> all, Actor actor) => all
        .Where(i => RightsRule.SeesInvitation(actor, i.WholeFamily, ChildrenOf(i))).Select(i => i.Id).Order();

    /// <inheritdoc cref="Seen(IEnumerable{Member}, Actor)"/>
    public static IEnumerable<Guid> Seen(IEnumerable<AccessRequest> all, Actor actor) => all
        .Where(r => RightsRule.SeesRequest(actor, r.ChildId, r.Invitation is { } i ? (i.WholeFamily, ChildrenOf(i)) : null)).Select(r => r.Id).Order();

    /// <inheritdoc cref="Seen(IEnumerable{Member}, Actor)"/>
    public static IEnumerable<Guid> Seen(IEnumerable<ActivityEntry> all, Actor actor) => all
        .Where(a => RightsRule.SeesActivity(actor, a.SubjectId, a.ChildIds)).Select(a => a.Id).Order();

    /// <summary>Anything somebody could want to give.</summary>
    public Grant AnyGrant()
    {
        var children = Members.Where(m => m.Role == "child" && random.Next(2) == 0).ToDictionary(m => m.Id, _ => AnyPermission());
        var whole = children.Count == 0 && random.Next(2) == 0;
        return new(whole || children.Count == 0 ? AnyPermission() : children.Values.Max(), whole, children, AnyRights());
    }

    private static List<Guid> ChildrenOf(Invitation invitation) => [.. invitation.Children.Select(c => c.ChildId)];

    private Actor Acting(Member member) => new(
        member.Id, member.Permission, member.WholeFamily, member.Children.ToDictionary(c => c.ChildId, c => c.Permission), AnyRights(),
        IsGuardian: false, IsGuest: random.Next(8) == 0);

    private Member MemberOf(string role, bool account, Guid? id = null) => new()
    {
        FamilyId = Family.Id, Id = id ?? NewId(), AccountId = account ? NewId() : null, Name = role, Role = role,
        Permission = id is null ? Permission.View : Permission.Owner, WholeFamily = true, JoinedAt = Now,
    };

    // Some see all, some a few children, and some none any more: their child has gone.
    private Member Scoped(Member member, List<Member> children)
    {
        member.WholeFamily = random.Next(3) == 0;
        member.Permission = AnyPermission();
        member.Children.AddRange(Some(member.WholeFamily ? [] : children)
            .Select(c => new MemberChild { FamilyId = Family.Id, MemberId = member.Id, ChildId = c.Id, Permission = AnyPermission() }));
        return member;
    }

    private Invitation Invite(List<Member> children)
    {
        var id = NewId();
        var whole = random.Next(3) == 0;
        return new()
        {
            Id = id, FamilyId = Family.Id, Status = InvitationStatus.Pending, Channel = InvitationChannel.None, Role = "relative", Permission = AnyPermission(),
            WholeFamily = whole, Locale = "en", Binding = Binding.Confirm, RequireLogin = true, Generation = 1, CreatedAt = Now, ExpiresAt = Now.AddDays(7),
            InviterId = Family.OwnerId, InviterName = "Founder",
            Children = [.. Some(whole ? [] : children).Select(c => new InvitationChild { FamilyId = Family.Id, InvitationId = id, ChildId = c.Id, Permission = Permission.View })],
        };
    }

    private AccessRequest Request(List<Member> children)
    {
        var child = random.Next(2) == 0 ? Some(children).FirstOrDefault()?.Id : null;
        var invitation = child is null && random.Next(2) == 0 && Invitations.Count > 0 ? Invitations[random.Next(Invitations.Count)] : null;
        return new()
        {
            Id = NewId(), TargetId = child ?? Family.Id, FamilyId = Family.Id, ChildId = child, InvitationId = invitation?.Id, Invitation = invitation,
            AccountId = NewId(), Status = AccessRequestStatus.Pending, CreatedAt = Now,
        };
    }

    private ActivityEntry Happen(List<Member> children) => new()
    {
        Id = NewId(), FamilyId = Family.Id, At = Now, Type = ActivityTypes.MemberChanged, SubjectId = Members[random.Next(Members.Count)].Id,
        ChildIds = [.. Some(children).Select(c => c.Id)],
    };

    private IEnumerable<int> Many(int most) => Enumerable.Range(0, random.Next(most + 1));

    private List<Member> Some(List<Member> members) => random.Next(3) switch
    {
        0 => [.. members.Take(1)],
        1 => [.. members.Where(_ => random.Next(2) == 0)],
        _ => [.. members.Skip(random.Next(members.Count + 1))],
    };

    private Permission AnyPermission() => (Permission)random.Next((int)Permission.View, (int)Permission.Owner);

    private HashSet<string> AnyRights() => [.. Rights.Where(_ => random.Next(8) == 0)];

    private Guid NewId()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return Guid.CreateVersion7(Now.AddMilliseconds(made++)) is var time ? new Guid([.. time.ToByteArray(bigEndian: true)[..8], .. bytes[..8]], bigEndian: true) : default;
    }
}
