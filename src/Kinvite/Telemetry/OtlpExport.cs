using System.Diagnostics.Metrics;
using Kinvite.Hosting;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Kinvite.Telemetry;

/// <summary>
/// Traces, metrics and logs to a collector, by OpenTelemetry's own settings (<c>OTEL_*</c>). Registered only when
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set: else nothing of it is made, and nobody listens to any source. What cannot be sent is dropped, and
/// no request waits for it.
/// </summary>
internal sealed class OtlpExport(IConfiguration configuration) : IHostedLifecycleService, IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>At the end, for what is still here; a collector that is away does not keep the server from stopping.</summary>
    private const int FlushMilliseconds = 3000;

    private static readonly string[] Sources = [KinviteTraces.SourceName, "Microsoft.AspNetCore", "System.Net.Http", "Npgsql"];

    private TracerProvider? traces;
    private MeterProvider? metrics;

    /// <exception cref="StartRefusedException">The address is none.</exception>
    public static bool IsConfigured(IConfiguration configuration)
    {
        if (configuration[Endpoint] is not { Length: > 0 } endpoint)
        {
            return false;
        }

        return Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? true
            : throw new StartRefusedException($"{Endpoint} must be an address with http or https, for example http://localhost:4317; leave it out to send nothing.");
    }

    /// <summary>Before anything else starts, so that nothing is missed.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        traces = Sdk.CreateTracerProviderBuilder().ConfigureServices(s => s.AddSingleton(configuration)).SetResourceBuilder(Resource())
            .AddSource(Sources).AddProcessor(new SpanRedaction()).AddOtlpExporter().Build();
        metrics = Sdk.CreateMeterProviderBuilder().ConfigureServices(s => s.AddSingleton(configuration)).SetResourceBuilder(Resource())
            .AddMeter([.. Figure.Meters]).AddView(AsOnPage).AddOtlpExporter().Build();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Last of all.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Task.Run(() => traces?.Shutdown(FlushMilliseconds), CancellationToken.None), Task.Run(() => metrics?.Shutdown(FlushMilliseconds), CancellationToken.None));

    public void Dispose()
    {
        traces?.Dispose();
        metrics?.Dispose();
    }

    /// <summary>The same lines as on the console. Their scopes have paths, and stay out.</summary>
    public static void AddLogs(ILoggingBuilder logging) => logging.AddOpenTelemetry(static logs =>
    {
        (logs.IncludeScopes, logs.IncludeFormattedMessage) = (false, true);
        logs.SetResourceBuilder(Resource()).AddOtlpExporter();
    });

    /// <summary>What <c>/metrics</c> shows, with the same tags and buckets, and nothing besides: others name addresses, or will.</summary>
    private static MetricStreamConfiguration AsOnPage(Instrument instrument)
    {
        var shown = Figure.All.Where(f => f.Meter == instrument.Meter.Name && f.Instrument == instrument.Name).ToList();
        string[] tags = [.. shown.SelectMany(f => f.Tags).Distinct(StringComparer.Ordinal)];
        return shown.Count == 0 ? MetricStreamConfiguration.Drop
            : shown.Find(f => f.Buckets.Length > 0) is { } histogram ? new ExplicitBucketHistogramConfiguration { TagKeys = tags, Boundaries = histogram.Buckets }
            : new MetricStreamConfiguration { TagKeys = tags };
    }

    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, so that they count.
    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService("kinvite", serviceVersion: KinviteTraces.Version).AddTelemetrySdk().AddEnvironmentVariableDetector();
}
