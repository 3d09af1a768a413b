using Kinvite.Http;
using Kinvite.Kinds;

namespace Kinvite.Members;

/// <summary>Every child has at least one guardian without end, always (design.md §3 rules 14 and 16).</summary>
internal static class Guardians
{
    public static readonly Problem LastGuardian = new(
        409, "member.last_guardian", "A child would have no guardian", "Make somebody else a guardian first, or remove the child.");

    /// <summary>Counts as one: the role says so, and there is no end to it.</summary>
    public static bool IsGuardian(Member member, FamilyKind kind) => member.AccessUntil is null && kind.FindRole(member.Role) is { Guardian: true };

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

    private static bool Looks(Standing? after, Guid child) =>
        after is { AccessUntil: null, Given.Role.Guardian: true } && (after.Given.WholeFamily || after.Given.Children.ContainsKey(child));
}
