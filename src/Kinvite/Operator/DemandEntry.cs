namespace Kinvite.Operator;

/// <summary>Somebody wanted what is switched off. Counts once per person, feature and day (UTC).</summary>
internal sealed class DemandEntry
{
    public required Guid AccountId { get; init; }

    /// <summary>What was wanted: <c>sms_invite</c>.</summary>
    public required string Feature { get; init; }
    public required DateOnly Day { get; init; }

    /// <summary>The family in which it was wanted first that day.</summary>
    public required Guid FamilyId { get; init; }
    public required DateTimeOffset At { get; init; }
}
