using System.Globalization;
using System.Text;

namespace Kinvite.Telemetry;

/// <summary>Writes figures in Prometheus' text format, version 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<FigureValues> figures)
    {
        var text = new StringBuilder(16 * 1024);
        foreach (var values in figures)
        {
            if (values.Snapshot() is { Count: > 0 } all)
            {
                Write(text, values.Figure, all);
            }
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, Figure figure, IReadOnlyList<Series> all)
    {
        text.Append("# HELP ").Append(figure.Name).Append(' ').Append(figure.Help).Append('\n');
        text.Append("# TYPE ").Append(figure.Name).Append(' ').Append(figure.Shape switch
        {
            FigureShape.Counter or FigureShape.Count => "counter",
            FigureShape.Gauge => "gauge",
            FigureShape.Histogram => "histogram",
        }).Append('\n');
        foreach (var series in all)
        {
            var (count, sum, buckets) = series.Read();
            switch (figure.Shape)
            {
                case FigureShape.Counter or FigureShape.Gauge:
                    Line(text, figure, "", series, sum);
                    break;
                case FigureShape.Count:
                    Line(text, figure, "", series, count);
                    break;
                case FigureShape.Histogram:
                    for (var i = 0; i < buckets.Length; i++)
                    {
                        Line(text, figure, "_bucket", series, buckets[i], figure.Buckets[i]);
                    }

                    Line(text, figure, "_bucket", series, count, double.PositiveInfinity);
                    Line(text, figure, "_sum", series, sum);
                    Line(text, figure, "_count", series, count);
                    break;
            }
        }
    }

    private static void Line(StringBuilder text, Figure figure, string suffix, Series series, double value, double? upTo = null)
    {
        text.Append(figure.Name).Append(suffix);
        var open = '{';
        for (var i = 0; i < figure.Tags.Length; i++)
        {
            if (series.Labels[i] is { } label)
            {
                text.Append(open).Append(figure.Tags[i].Replace('.', '_')).Append("=\"");
                Escape(text, Convert.ToString(label, CultureInfo.InvariantCulture) ?? "").Append('"');
                open = ',';
            }
        }

        if (upTo is { } end)
        {
            text.Append(open).Append("le=\"").Append(Number(end)).Append('"');
            open = ',';
        }

        text.Append(open == ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    private static StringBuilder Escape(StringBuilder text, string value)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append(@"\n"),
                _ => text.Append(c),
            };
        }

        return text;
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : double.IsNaN(value) ? "NaN"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
