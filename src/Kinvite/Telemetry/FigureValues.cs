using System.Collections.Concurrent;

namespace Kinvite.Telemetry;

/// <summary>A figure's series and what they stand at. Recording one that is there allocates nothing.</summary>
internal sealed class FigureValues(Figure figure)
{
    /// <summary>More series than this are one together: whatever a tag turns out to hold, a figure does not grow without end.</summary>
    public const int MostSeries = 2000;

    private readonly ConcurrentDictionary<Labels, Series> all = new();

    public Figure Figure => figure;

    /// <summary>In an order that stays.</summary>
    public IReadOnlyList<Series> Snapshot() => [.. all.OrderBy(s => s.Key.ToString(), StringComparer.Ordinal).Select(s => s.Value)];

    /// <summary>Its instrument says its whole value whenever it is asked, not what changed.</summary>
    public bool IsObserved { get; set; }

    /// <summary>Before an observed one is asked.</summary>
    public void Clear() => all.Clear();

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new Labels(Find(tags, 0), Find(tags, 1), Find(tags, 2));
        if (!all.TryGetValue(labels, out var series))
        {
            labels = all.Count < MostSeries ? labels : Labels.Overflow;
            series = all.GetOrAdd(labels, static (l, f) => new(l, f), figure);
        }

        series.Record(value);
    }

    private object? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags, int index)
    {
        if (index < figure.Tags.Length)
        {
            foreach (var tag in tags)
            {
                if (tag.Key == figure.Tags[index])
                {
                    return tag.Value;
                }
            }
        }

        return null;
    }
}

/// <summary>What tells a figure's series apart; as many as the figure has tags.</summary>
internal readonly record struct Labels(object? First, object? Second, object? Third)
{
    private static readonly object Too = "too_many_series";

    /// <summary>Everything beyond <see cref="FigureValues.MostSeries"/>.</summary>
    public static readonly Labels Overflow = new(Too, Too, Too);

    public object? this[int index] => index switch { 0 => First, 1 => Second, _ => Third };
}

/// <summary>One series.</summary>
internal sealed class Series(Labels labels, Figure figure)
{
    private readonly Lock gate = new();
    private readonly long[] buckets = new long[figure.Buckets.Length];
    private long count;
    private double sum;

    public Labels Labels => labels;

    public void Record(double value)
    {
        lock (gate)
        {
            count++;
            sum += value;
            for (var i = 0; i < buckets.Length; i++)
            {
                buckets[i] += value <= figure.Buckets[i] ? 1 : 0;
            }
        }
    }

    /// <summary>All three as they were at one instant; buckets cumulate.</summary>
    public (long Count, double Sum, long[] Buckets) Read()
    {
        lock (gate)
        {
            return (count, sum, [.. buckets]);
        }
    }
}
