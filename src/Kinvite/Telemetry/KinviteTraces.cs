using System.Diagnostics;
using System.Reflection;
using Kinvite.Delivery;

namespace Kinvite.Telemetry;

/// <summary>Spans of Kinvite's own, for what no request waits for. Without a listener there are none.</summary>
internal static class KinviteTraces
{
    public const string SourceName = "Kinvite";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Of this release.</summary>
    public static string Version { get; } =
        typeof(KinviteTraces).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>One try to send a message, by its type.</summary>
    public static System.Diagnostics.Activity? Deliver(OutboxMessage row) =>
        Source.StartActivity($"deliver {row.Type}", ActivityKind.Consumer)?.SetTag(SpanRedaction.MessageType, row.Type).SetTag(SpanRedaction.Attempt, row.Attempts);
}
