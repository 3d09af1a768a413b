using System.Text.Json;
using Kinvite.Http;

namespace Kinvite.Tests.Http;

public sealed class JsonTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new UtcInstantConverter() } };

    [Theory]
    [InlineData("2026-11-20T18:00:00Z", "2026-11-20T18:00:00Z")]
    [InlineData("2026-11-20t18:00:00z", "2026-11-20T18:00:00Z")]
    [InlineData("2026-11-20T18:00:00.5Z", "2026-11-20T18:00:00.5Z")]
    [InlineData("2026-11-20T19:30:00+01:30", "2026-11-20T18:00:00Z")]
    [InlineData("2026-11-20T10:00:00-08:00", "2026-11-20T18:00:00Z")]
    [InlineData("2026-11-21T00:00:00+14:00", "2026-11-20T10:00:00Z")]
    [InlineData("2026-11-20T18:00:00.123456Z", "2026-11-20T18:00:00.123456Z")]
    [InlineData("2026-11-20T18:00:00.1234567Z", "2026-11-20T18:00:00.123456Z")]
    [InlineData("2026-11-20T18:00:00.123456789Z", "2026-11-20T18:00:00.123456Z")]
    [InlineData("2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z")]
    public void An_instant_is_read_with_any_offset_and_kept_as_UTC_in_microseconds(string written, string kept)
    {
        var instant = JsonSerializer.Deserialize<DateTimeOffset>($"\"{written}\"", Json);

        Assert.Equal(TimeSpan.Zero, instant.Offset);
        Assert.Equal($"\"{kept}\"", JsonSerializer.Serialize(instant, Json));
    }

    [Theory]
    [InlineData("\"2026-11-20T18:00:00\"")] // whose zone?
    [InlineData("\"2026-11-20\"")]
    [InlineData("\"2026-11-20T18:00Z\"")]
    [InlineData("\"2026-11-20 18:00:00Z\"")]
    [InlineData("\"11/20/2026 18:00:00 Z\"")]
    [InlineData("\"20 November 2026 18:00:00Z\"")]
    [InlineData("\"Fri, 20 Nov 2026 18:00:00 GMT\"")]
    [InlineData("\"2026-02-30T18:00:00Z\"")]
    [InlineData("\"2026-11-20T25:00:00Z\"")]
    [InlineData("\"2026-11-20T18:00:00+15:00\"")]
    [InlineData("\"2026-11-20T18:00:00+0100\"")]
    [InlineData("\"2026-11-20T18:00:00Z \"")]
    [InlineData("\"0001-01-01T00:00:00+14:00\"")]
    [InlineData("\"\"")]
    [InlineData("\"Z\"")]
    [InlineData("1763661600")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("{}")]
    public void Anything_else_is_no_instant(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<DateTimeOffset>(json, Json));

    [Theory]
    [InlineData("{}", false, null, "before")]
    [InlineData("""{ "name": null }""", true, null, null)]
    [InlineData("""{ "name": "new" }""", true, "new", "new")]
    public void A_patch_tells_absent_from_null(string json, bool isSet, string? value, string? after)
    {
        var patch = JsonSerializer.Deserialize<Patch>(json, Json)!;

        Assert.Equal((isSet, value), (patch.Name.IsSet, patch.Name.Value));
        Assert.Equal(after, patch.Name.Or("before"));
    }

    [Fact]
    public void A_patch_reads_instants_as_everything_else_does()
    {
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 18, 0, 0, TimeSpan.Zero), JsonSerializer.Deserialize<Patch>("""{ "until": "2026-11-20T19:00:00+01:00" }""", Json)!.Until.Value);
        Assert.True(JsonSerializer.Deserialize<Patch>("""{ "until": null }""", Json)!.Until is { IsSet: true, Value: null });
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Patch>("""{ "until": 5 }""", Json));
    }

    private sealed record Patch(Optional<string?> Name = default, Optional<DateTimeOffset?> Until = default);
}
