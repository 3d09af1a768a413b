using System.Globalization;
using System.Text.RegularExpressions;

namespace Kinvite.Server.Tests.Telemetry;

/// <summary>What <c>/metrics</c> said, read as strictly as the format says (Prometheus text, 0.0.4): anything else fails the test.</summary>
internal sealed partial class PrometheusPage
{
    private readonly Dictionary<string, double> samples = new(StringComparer.Ordinal);

    private PrometheusPage()
    {
    }

    /// <summary>Name with its labels as written, such as <c>up{a="b"}</c>.</summary>
    public IReadOnlyDictionary<string, double> Samples => samples;

    public double this[string series] => samples.GetValueOrDefault(series);

    public static PrometheusPage Read(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var page = new PrometheusPage();
        var (family, type, seen) = ("", "", new HashSet<string>(StringComparer.Ordinal));
        foreach (var line in text[..^1].Split('\n'))
        {
            if (HelpLine().Match(line) is { Success: true } help)
            {
                family = help.Groups["name"].Value;
                Assert.True(seen.Add(family), $"{family} comes twice");
                type = "";
                continue;
            }

            if (TypeLine().Match(line) is { Success: true } said)
            {
                Assert.Equal(family, said.Groups["name"].Value);
                type = said.Groups["type"].Value;
                continue;
            }

            var sample = SampleLine().Match(line);
            Assert.True(sample.Success, $"Not a line of the format: {line}");
            var name = sample.Groups["name"].Value;
            Assert.Contains(name, type == "histogram" ? new[] { family + "_bucket", family + "_sum", family + "_count" } : [family]);
            Assert.True(type != "counter" || name.EndsWith("_total", StringComparison.Ordinal), $"A counter ends in _total: {name}");
            Assert.True(page.samples.TryAdd(name + sample.Groups["labels"].Value, Number(sample.Groups["value"].Value)), $"Twice: {line}");
        }

        page.CheckHistograms();
        return page;
    }

    private void CheckHistograms()
    {
        foreach (var (series, count) in samples.Where(s => Count().IsMatch(s.Key)))
        {
            var labels = series.Contains('{', StringComparison.Ordinal) ? series[(series.IndexOf('{', StringComparison.Ordinal) + 1)..^1] + "," : "";
            var buckets = samples.Where(s => s.Key.StartsWith($"{series.Split('{')[0][..^"_count".Length]}_bucket{{{labels}le=", StringComparison.Ordinal)).Select(s => s.Value).ToList();
            Assert.True(buckets.Count >= 2, $"{series} has no buckets");
            Assert.Equal(buckets.Order(), buckets);
            Assert.Equal(count, buckets[^1]);
        }
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(@"^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) [^\\]+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HelpLine();

    [GeneratedRegex("^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*")*\})? (?<value>[+-]?(\d+(\.\d+)?([eE][+-]?\d+)?|Inf)|NaN)$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"_count(\{|$)", RegexOptions.None, 1000)]
    private static partial Regex Count();
}
