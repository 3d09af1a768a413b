using Kinvite.Http;
using Kinvite.Kinds;

namespace Kinvite.Members;

/// <summary>Every child has at least one guardian without end, always (design.md §3 rules 14 and 16).</summary>
internal static class Guardians
{
    public static readonly Problem LastGuardian = new(
        409, "member.last_guardian", "A child would have no guardian", "Make somebody else a guardian first, or remove the child.");

    /// <summary>Counts as one: the role says so, and there is no end to it.</summary>
    public static bool IsGuardian(Member member, FamilyKind kind) => member is { AccessUntil: null, IsGuest: false } && kind.FindRole(member.Role) is { Guardian: true };

    /// <summary>
    /// Whether no child loses its last guardian once <paramref name="changed"/> is gone, or is as <paramref name="after"/> says. Takes the whole family.
    /// </summary>
    public static bool Remain(IReadOnlyCollection<Member> members, Guid changed, FamilyKind kind, Standing? after = null)
    {
        var guardians = members.Where(m => IsGuardian(m, kind)).ToList();
        return members.Where(m => m.Id != changed && kind.FindRole(m.Role) is { Child: true } && m.AccountId is null)
            .Select(child => (child.Id, Own: guardians.Where(g => g.WholeFamily || g.Children.Any(c => c.ChildId == child.Id && c.Until is null)).ToList()))
            .All(c => c.Own.Count == 0 || c.Own.Exists(g => g.Id != changed) || Looks(after, c.Id));
    }

    /// <summary>
    /// The accounts of those who look after one of the children whom <paramref name="watcher"/> sees from now on, but for whoever let them: nobody new
    /// sees a child behind its guardians' backs.
    /// </summary>
    /// <param name="members">The whole family.</param>
    /// <param name="watcher">Who sees more than before.</param>
    /// <param name="children">What is new to them; null = every child.</param>
    /// <param name="by">Who let them: they know.</param>
    /// <param name="kind">The family's.</param>
    /// <param name="now">The clock.</param>
    public static IEnumerable<Guid> Told(
        IReadOnlyCollection<Member> members, Member watcher, IReadOnlyCollection<Guid>? children, Guid? by, FamilyKind kind, DateTimeOffset now)
    {
        var seen = members.Where(m => m.AccountId is null && kind.FindRole(m.Role) is { Child: true } && (children is null || children.Contains(m.Id))).Select(m => m.Id).ToList();
        return members.Where(m => m.AccountId is not null && m.Id != watcher.Id && m.Id != by && kind.FindRole(m.Role) is { Guardian: true } && seen.Exists(c => m.Sees(c, now)))
            .Select(m => m.AccountId!.Value);
    }

    private static bool Looks(Standing? after, Guid child) =>
        after is { AccessUntil: null, Given.Role.Guardian: true } && (after.Given.WholeFamily || after.Given.Children.ContainsKey(child));
}
