namespace Kinvite.AccessRequests;

/// <summary>An account whose requests a family does not want to see: they are taken as for a family that is not there.</summary>
internal sealed class RequestBlock
{
    public required Guid FamilyId { get; init; }
    public required Guid AccountId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
