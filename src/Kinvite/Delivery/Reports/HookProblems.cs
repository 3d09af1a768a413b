using Kinvite.Http;

namespace Kinvite.Delivery.Reports;

/// <summary>Refusals of calls by other servers.</summary>
internal static class HookProblems
{
    /// <summary>Wrong, missing or old: all the same.</summary>
    public static readonly Problem Unsigned = new(403, "hook.unsigned", "This call is not signed", "Check the secret on both sides, and the clocks.");

    /// <summary>Repeated in a moment it will be taken.</summary>
    public static readonly Problem TooEarly = Problem.Unavailable with { Detail = "This mail is still being handed over. Send the report again." };
}
