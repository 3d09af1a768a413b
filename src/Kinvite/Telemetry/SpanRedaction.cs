using System.Collections.Frozen;
using OpenTelemetry;
using Span = System.Diagnostics.Activity;

namespace Kinvite.Telemetry;

/// <summary>
/// Lets through only attributes that are known to say nothing about anybody: no path, query, address, statement or parameter, whatever the
/// sources that write them add with a later version.
/// </summary>
internal sealed class SpanRedaction : BaseProcessor<Span>
{
    public const string MessageType = "kinvite.message.type";
    public const string Attempt = "kinvite.message.attempt";
    public const string Method = "http.request.method";
    public const string Route = "http.route";
    public const string Status = "http.response.status_code";

    private static readonly FrozenSet<string> Kept = FrozenSet.Create(
        StringComparer.Ordinal,
        MessageType, Attempt, Method, Route, Status, "error.type", "network.protocol.version", "server.address", "server.port",
        "db.system.name", "db.namespace", "db.operation.name", "db.collection.name", "db.response.status_code", "db.npgsql.prepared", "db.npgsql.rows");

    public override void OnEnd(Span data)
    {
        foreach (var name in data.TagObjects.Select(t => t.Key).Where(k => !Kept.Contains(k)).ToList())
        {
            data.SetTag(name, null);
        }

        // The code stays; its words may quote what failed.
        data.SetStatus(data.Status);
    }
}
