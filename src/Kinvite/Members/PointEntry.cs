namespace Kinvite.Members;

/// <summary>Points that were given or taken; the newest total is the member's.</summary>
internal sealed class PointEntry
{
    /// <summary>At most so many characters of a reason.</summary>
    public const int ReasonLength = 200;

    public required Guid FamilyId { get; init; }
    public required Guid Id { get; init; }
    public required Guid MemberId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required int Delta { get; init; }

    /// <summary>The points after it.</summary>
    public required int Total { get; init; }
    public string? Reason { get; init; }

    /// <summary>Who gave them: a member id that may be gone.</summary>
    public required Guid By { get; init; }
    public required string ByName { get; init; }
}
