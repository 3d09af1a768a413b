using System.Collections.Frozen;
using System.Diagnostics.Metrics;

namespace Kinvite.Telemetry;

/// <summary>Listens to the instruments behind <see cref="Figure.All"/> from the start on and keeps what they say.</summary>
internal sealed class MetricsListener : IDisposable
{
    private readonly Lock asking = new();
    private readonly MeterListener listener = new();
    private readonly IMeterFactory meters;
    private readonly FigureValues[] figures = [.. Figure.All.Select(f => new FigureValues(f))];
    private readonly FrozenDictionary<(string, string), FigureValues[]> byInstrument;

    public MetricsListener(IMeterFactory meters)
    {
        this.meters = meters;
        byInstrument = figures.GroupBy(f => (f.Figure.Meter, f.Figure.Instrument)).ToFrozenDictionary(g => g.Key, g => g.ToArray());
        listener.InstrumentPublished = Published;
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Record(value, tags, state));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Record(value, tags, state));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Record(value, tags, state));
        listener.Start();
    }

    /// <summary>Everything as it stands now.</summary>
    public string Write()
    {
        lock (asking)
        {
            foreach (var figure in figures.Where(f => f.IsObserved))
            {
                figure.Clear();
            }

            listener.RecordObservableInstruments();
            return PrometheusText.Write(figures);
        }
    }

    public void Dispose() => listener.Dispose();

    private void Published(Instrument instrument, MeterListener to)
    {
        // Another application in this process has meters of the same names.
        if ((instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, meters))
            && byInstrument.TryGetValue((instrument.Meter.Name, instrument.Name), out var shown))
        {
            foreach (var figure in shown)
            {
                figure.IsObserved = instrument.IsObservable;
            }

            to.EnableMeasurementEvents(instrument, shown);
        }
    }

    private static void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        foreach (var figure in (FigureValues[])state!)
        {
            figure.Record(value, tags);
        }
    }
}
