namespace Kinvite.Telemetry;

/// <summary>How a figure is written.</summary>
internal enum FigureShape
{
    /// <summary>Only ever grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>How many were at most so large, with their sum.</summary>
    Histogram,

    /// <summary>A counter of how often a histogram's instrument was recorded.</summary>
    Count,
}

/// <summary>One figure of <c>/metrics</c>.</summary>
/// <param name="Name">As written.</param>
/// <param name="Meter">Whose instrument it shows.</param>
/// <param name="Instrument">The instrument.</param>
/// <param name="Shape">How it is written.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Tags">Which tags stay, three at most; series that differ only in others are one.</param>
internal sealed record Figure(string Name, string Meter, string Instrument, FigureShape Shape, string Help, params string[] Tags)
{
    /// <summary>Upper ends of a histogram's buckets, in its unit.</summary>
    public double[] Buckets { get; init; } = [];

    /// <summary>Everything that <c>/metrics</c> shows; an instrument that is not here costs nothing.</summary>
    public static IReadOnlyList<Figure> All { get; } =
    [
        new("kinvite_invitations_total", KinviteMetrics.MeterName, "kinvite.invitations", FigureShape.Counter, "What happened to invitations.", "event", "kind", "channel"),
        new("kinvite_invite_links_total", KinviteMetrics.MeterName, "kinvite.invite_links", FigureShape.Counter, "What happened to open links.", "event", "kind"),
        new("kinvite_tablets_total", KinviteMetrics.MeterName, "kinvite.tablets", FigureShape.Counter, "Shared tablets that were added and removed.", "event", "kind"),
        new("kinvite_sign_ins_total", KinviteMetrics.MeterName, "kinvite.sign_ins", FigureShape.Counter, "Sessions that began.", "session"),
        new("kinvite_mails_total", KinviteMetrics.MeterName, "kinvite.mails", FigureShape.Counter, "How tries to send a mail ended, and what was reported of it later.", "type", "outcome"),
        new("kinvite_limit_refusals_total", KinviteMetrics.MeterName, "kinvite.limit.refusals", FigureShape.Counter, "Refused because there were too many.", "limit"),
        new("kinvite_outbox_waiting", KinviteMetrics.MeterName, "kinvite.outbox.waiting", FigureShape.Gauge, "Mails that wait for a try, of all servers."),
        new("kinvite_outbox_lag_seconds", KinviteMetrics.MeterName, "kinvite.outbox.lag", FigureShape.Gauge, "For how long the mail that is due first has been due."),
        new("kinvite_database_up", KinviteMetrics.MeterName, "kinvite.database.up", FigureShape.Gauge, "1 when the database answers, else 0."),

        new("http_server_requests_total", "Microsoft.AspNetCore.Hosting", "http.server.request.duration", FigureShape.Count, "Requests answered; without a route nothing is at their address.", "http.request.method", "http.route", "http.response.status_code"),
        new("http_server_request_duration_seconds", "Microsoft.AspNetCore.Hosting", "http.server.request.duration", FigureShape.Histogram, "How long answers took.", "http.request.method", "http.route") { Buckets = [0.01, 0.05, 0.25, 1, 5] },
        new("http_server_active_requests", "Microsoft.AspNetCore.Hosting", "http.server.active_requests", FigureShape.Gauge, "Requests that are being answered."),
        new("aspnetcore_diagnostics_exceptions_total", "Microsoft.AspNetCore.Diagnostics", "aspnetcore.diagnostics.exceptions", FigureShape.Counter, "Requests that failed: unreadable ones, a database that was away, and faults of ours."),
        new("kestrel_active_connections", "Microsoft.AspNetCore.Server.Kestrel", "kestrel.active_connections", FigureShape.Gauge, "Open connections of clients."),
        new("kestrel_queued_connections", "Microsoft.AspNetCore.Server.Kestrel", "kestrel.queued_connections", FigureShape.Gauge, "Connections that nobody has taken yet."),
        new("kestrel_rejected_connections_total", "Microsoft.AspNetCore.Server.Kestrel", "kestrel.rejected_connections", FigureShape.Counter, "Connections refused because there were too many."),

        new("db_client_connections", "Npgsql", "db.client.connection.count", FigureShape.Gauge, "Connections to the database.", "db.client.connection.state"),
        new("db_client_connections_max", "Npgsql", "db.client.connection.max", FigureShape.Gauge, "The most there can be."),
        new("db_client_connections_pending_requests", "Npgsql", "db.client.connection.npgsql.pending_requests", FigureShape.Gauge, "Who waits for a connection."),
        new("db_client_connections_timeouts_total", "Npgsql", "db.client.connection.npgsql.timeouts", FigureShape.Counter, "Who waited for a connection in vain."),
        new("db_client_operation_duration_seconds", "Npgsql", "db.client.operation.duration", FigureShape.Histogram, "How long statements took.") { Buckets = [0.001, 0.005, 0.025, 0.1, 1] },
        new("db_client_operation_failed_total", "Npgsql", "db.client.operation.failed", FigureShape.Counter, "Statements that failed."),

        new("dotnet_process_cpu_time_seconds_total", "System.Runtime", "dotnet.process.cpu.time", FigureShape.Counter, "Time on a processor.", "cpu.mode"),
        new("dotnet_process_memory_working_set_bytes", "System.Runtime", "dotnet.process.memory.working_set", FigureShape.Gauge, "Memory that the process has."),
        new("dotnet_gc_heap_total_allocated_bytes_total", "System.Runtime", "dotnet.gc.heap.total_allocated", FigureShape.Counter, "Bytes ever allocated."),
        new("dotnet_gc_collections_total", "System.Runtime", "dotnet.gc.collections", FigureShape.Counter, "Garbage collections.", "gc.heap.generation"),
        new("dotnet_gc_pause_time_seconds_total", "System.Runtime", "dotnet.gc.pause.time", FigureShape.Counter, "Time in which everything stood still for them."),
        new("dotnet_thread_pool_threads", "System.Runtime", "dotnet.thread_pool.thread.count", FigureShape.Gauge, "Threads of the pool."),
        new("dotnet_thread_pool_queue_length", "System.Runtime", "dotnet.thread_pool.queue.length", FigureShape.Gauge, "Work that waits for a thread."),
        new("dotnet_monitor_lock_contentions_total", "System.Runtime", "dotnet.monitor.lock_contentions", FigureShape.Counter, "How often a thread waited for another's lock."),
    ];

    /// <summary>Whose instruments these are.</summary>
    public static IReadOnlyList<string> Meters { get; } = [.. All.Select(f => f.Meter).Distinct(StringComparer.Ordinal)];
}
