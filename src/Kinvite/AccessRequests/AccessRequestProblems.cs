using Kinvite.Http;

namespace Kinvite.AccessRequests;

/// <summary>Why a request, or an answer to one, is refused.</summary>
internal static class AccessRequestProblems
{
    public static readonly Problem Pending = new(
        409, "request.pending", "You have asked already", "Wait for the answer, or withdraw the request first.");

    public static readonly Problem Resolved = new(
        409, "request.resolved", "This request has its answer already", "Load the list again to see who answered.");

    public static readonly Problem MemberAlready = new(
        409, "request.member_already", "You are in this family already", "Open the family; there is nothing to ask for.");

    public static Problem CoolDown(TimeSpan rest) => new(
        429, "request.cool_down", "The family has answered you already", "Wait some days before you ask again, or talk to somebody in the family.")
    { RetryAfter = rest };
}
