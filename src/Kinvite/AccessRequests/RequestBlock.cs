using Kinvite.Http;
using Kinvite.Rights;

namespace Kinvite.AccessRequests;

/// <summary>An account whose requests a family does not want to see: they are taken as for a family that is not there.</summary>
internal sealed class RequestBlock
{
    public required Guid FamilyId { get; init; }
    public required Guid AccountId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>It holds for the whole family: who answers for some of its children cannot shut somebody out of the others. The refusal, or null.</summary>
    public static Problem? Lacks(Actor actor) => actor.WholeFamily && RightsRule.Decide(actor, Capabilities.RequestsManage) is { Allowed: true }
        ? null
        : Problem.RightsMissing with { Detail = "Only somebody who answers for the whole family can do this." };
}
