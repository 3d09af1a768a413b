using Kinvite.Rights;

namespace Kinvite.Members;

/// <summary>One child that a scoped member sees.</summary>
internal sealed class MemberChild
{
    public required Guid FamilyId { get; init; }
    public required Guid MemberId { get; init; }
    public required Guid ChildId { get; init; }
    public required Permission Permission { get; set; }

    /// <summary>Since when they see this child.</summary>
    public required DateTimeOffset Since { get; set; }

    /// <summary>Who let them: a member id that may be gone.</summary>
    public Guid? GivenBy { get; set; }

    /// <summary>When it ends for this child; null = with the membership.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>The end that a warning was sent for; another end is warned of anew.</summary>
    public DateTimeOffset? WarnedOf { get; set; }

    /// <summary>Ends then. Whoever is let see a child until tomorrow has just been told when it ends.</summary>
    public void EndAt(DateTimeOffset? until, DateTimeOffset now) => (Until, WarnedOf) = (until, until <= now + Member.WarnedBefore ? until : WarnedOf);

    /// <summary>Goes on ending as it did with the membership, whatever becomes of that: who was warned of the end of it all was warned of this one, too.</summary>
    public void KeepEndOf(Member member)
    {
        Until = member.EndFor(this);
        WarnedOf = Until == member.WarnedOf ? Until : WarnedOf;
    }

    public bool HasEnded(DateTimeOffset now) => Until <= now;
}
