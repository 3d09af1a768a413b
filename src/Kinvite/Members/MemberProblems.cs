using Kinvite.Http;

namespace Kinvite.Members;

/// <summary>Why a change to the members is refused.</summary>
internal static class MemberProblems
{
    public static readonly Problem LastOwner = new(
        409, "member.last_owner", "A family needs its owner", "Hand the family over to somebody else first, or delete it.");

    public static readonly Problem CannotOwn = new(
        409, "member.cannot_own", "This person cannot own the family", "Choose somebody with an account whose access has no end, who sees the whole family or, where people are let in for children alone, looks after every one of them.");

    public static readonly Problem HasAccount = new(
        409, "member.has_account", "This person signs in themselves already", "Invite somebody without naming a profile, or choose one that nobody signs in with.");

    public static readonly Problem OnlyGuest = Problem.RightsCeiling with { Detail = "Who came with a name only can look and no more: let them add an address to their account first." };

    public static readonly Problem FamilyFull = new(
        409, "family.full", "This family is full", "Somebody has to leave before another person can join.");

    public static readonly Problem NoRoomForProfile = FamilyFull with { Detail = "Remove somebody without an account before you add another." };
}
