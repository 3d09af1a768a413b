using FsCheck;
using FsCheck.Fluent;
using Kinvite.AccessRequests;
using Kinvite.Activity;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Rights;

namespace Kinvite.Tests.Rights;

/// <summary>A family as it may come: members of any scope, and rows that concern any of its children, some of them gone.</summary>
internal sealed record RandomFamily
{
    private const int MostChildren = 4;
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);
    private static readonly Guid FamilyId = Id(1, 0);

    public required IReadOnlyList<Actor> Actors { get; init; }
    public required IReadOnlyList<Member> Members { get; init; }
    public required IReadOnlyList<Invitation> Invitations { get; init; }
    public required IReadOnlyList<AccessRequest> Requests { get; init; }
    public required IReadOnlyList<ActivityEntry> Activity { get; init; }

    /// <summary>Draws families.</summary>
    public static Arbitrary<RandomFamily> Any { get; } = (
        from adults in Adult.ListOf()
        from openings in (from scope in Scope from profile in ChildOrNone select (scope.Whole, scope.Permission, scope.Children, profile)).ListOf()
        from requests in (from child in ChildOrNone from invitation in Gen.Choose(-1, 4) select (child, invitation)).ListOf()
        from entries in (from children in Subset from subject in Gen.Choose(-1, 4) select (children, subject)).ListOf()
        select Build([.. adults.Take(6)], [.. openings.Take(6)], [.. requests.Take(6)], [.. entries.Take(6)])).ToArbitrary();

    private static Gen<Permission> AnyPermission => Gen.Elements(Permission.View, Permission.Edit, Permission.Admin);

    private static Gen<int> ChildOrNone => Gen.Choose(-1, MostChildren - 1);

    private static Gen<List<int>> Subset => from bits in Gen.Choose(0, (1 << MostChildren) - 1) select Enumerable.Range(0, MostChildren).Where(c => (bits & (1 << c)) != 0).ToList();

    private static Gen<(bool Whole, Permission Permission, List<(int Child, Permission Permission)> Children)> Scope =>
        from whole in Gen.Elements(true, false)
        from permission in AnyPermission
        from children in Subset
        from each in AnyPermission.ArrayOf(MostChildren)
        select (whole, permission, whole ? [] : children.Select(c => (c, each[c])).ToList());

    private static Gen<(bool Whole, Permission Permission, List<(int Child, Permission Permission)> Children, bool Guest, string[] Extra)> Adult =>
        from scope in Scope
        from guest in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
        from extra in Gen.Elements<string[]>([], ["invites.manage"], ["requests.manage"], ["chores.complete"])
        select (scope.Whole, scope.Permission, scope.Children, guest, extra);

    private static RandomFamily Build(
        (bool Whole, Permission Permission, List<(int Child, Permission Permission)> Children, bool Guest, string[] Extra)[] adults,
        (bool Whole, Permission Permission, List<(int Child, Permission Permission)> Children, int Profile)[] openings, (int Child, int Invitation)[] requests,
        (List<int> Children, int Subject)[] entries)
    {
        var members = adults.Select((a, i) => new Member
        {
            FamilyId = FamilyId,
            Id = Id(2, i),
            AccountId = Id(9, i),
            Name = $"Adult {i}",
            Role = "relative",
            Permission = a.Permission,
            WholeFamily = a.Whole,
            IsGuest = a.Guest,
            JoinedAt = Now,
            Children = [.. a.Children.Select(c => new MemberChild { FamilyId = FamilyId, MemberId = Id(2, i), ChildId = Id(3, c.Child), Permission = c.Permission, Since = Now })],
        }).ToList();
        var profiles = Enumerable.Range(0, MostChildren - 1).Select(i => new Member
        {
            FamilyId = FamilyId,
            Id = Id(3, i),
            Name = $"Child {i}",
            Role = "child",
            Permission = Permission.View,
            WholeFamily = true,
            JoinedAt = Now,
        });
        var invitations = openings.Select((o, i) => new Invitation
        {
            Id = Id(4, i),
            FamilyId = FamilyId,
            Status = o.Profile < 0 ? InvitationStatus.Pending : InvitationStatus.Accepted,
            Channel = InvitationChannel.None,
            Role = "relative",
            Permission = o.Permission,
            WholeFamily = o.Whole,
            Locale = "en",
            Binding = Binding.Confirm,
            RequireLogin = true,
            Generation = 1,
            CreatedAt = Now,
            ExpiresAt = Now.AddDays(7),
            InviterId = Id(2, 0),
            InviterName = "Adult 0",
            MemberId = o.Profile < 0 ? null : Id(3, o.Profile),
            Children = [.. o.Children.Select(c => new InvitationChild { FamilyId = FamilyId, InvitationId = Id(4, i), ChildId = Id(3, c.Child), Permission = c.Permission })],
        }).ToList();
        return new()
        {
            Actors = [.. members.Zip(adults, (m, a) => new Actor(
                m.Id, m.Permission, m.WholeFamily, m.Children.ToDictionary(c => c.ChildId, c => c.Permission), a.Extra.ToHashSet(StringComparer.Ordinal), false, m.IsGuest))],
            Members = [.. members, .. profiles],
            Invitations = invitations,
            Requests = [.. requests.Select((r, i) => new AccessRequest
            {
                Id = Id(5, i), TargetId = FamilyId, FamilyId = FamilyId, ChildId = r.Child < 0 ? null : Id(3, r.Child),
                InvitationId = r.Invitation < 0 || r.Invitation >= invitations.Count ? null : Id(4, r.Invitation), AccountId = Id(8, i),
                Status = AccessRequestStatus.Pending, CreatedAt = Now,
            })],
            Activity = [.. entries.Select((e, i) => new ActivityEntry
            {
                Id = Id(6, i), FamilyId = FamilyId, At = Now, Type = ActivityTypes.MemberChanged, SubjectId = e.Subject < 0 ? null : Id(2, e.Subject),
                ChildIds = [.. e.Children.Select(c => Id(3, c))],
            })],
        };
    }

    private static Guid Id(int sort, int number) => new(sort, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)number);
}
