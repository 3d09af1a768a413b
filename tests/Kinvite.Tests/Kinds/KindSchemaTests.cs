using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kinvite.Kinds;

namespace Kinvite.Tests.Kinds;

/// <summary>The schema that operators' editors use says the same as the loader.</summary>
public sealed class KindSchemaTests
{
    private static readonly JsonObject Schema = Resource("kind.schema.json");

    [Theory]
    [InlineData("home")]
    [InlineData("vault")]
    [InlineData("chores")]
    [InlineData("team")]
    [InlineData("care")]
    [InlineData("baby")]
    public void Every_built_in_kind_fits(string key) => Assert.Empty(Faults(Schema, Resource($"{key}.json"), "$"));

    [Theory]
    [MemberData(nameof(KindLoaderTests.ShapeFaults), MemberType = typeof(KindLoaderTests))]
    public void What_the_loader_refuses_for_its_shape_does_not_fit(string fault, Action<JsonObject> spoil, string expected)
    {
        var kind = KindLoaderTests.Home();
        spoil(kind);

        // A text of spaces is a text to JSON Schema; everything else it sees, at the same place.
        var faults = Faults(Schema, kind, "$").ToList();
        Assert.True(fault == "an empty language" || faults.Exists(f => f.StartsWith(expected.Split(": ")[0], StringComparison.Ordinal)), $"{fault}: {string.Join(" | ", faults)}");
    }

    [Fact]
    public void Every_member_that_a_kind_can_have_is_described()
    {
        Assert.Equal(Members<FamilyKind>("HasPoints"), Properties(Schema));
        Assert.Equal(Members<KindRole>("CapabilitySet"), Properties(Schema["$defs"]!["role"]!));
        Assert.Equal(Members<InvitationRules>(), Properties(Schema["properties"]!["invitations"]!));
        Assert.Equal(Members<LinkRules>(), Properties(Schema["properties"]!["links"]!));
        Assert.Equal(Members<KindLimits>(), Properties(Schema["properties"]!["limits"]!));
    }

    private static IEnumerable<string> Members<T>(params string[] computed) => typeof(T).GetProperties().Select(p => p.Name).Except([.. computed, "EqualityContract"])
        .Select(n => n == "Schema" ? "$schema" : char.ToLowerInvariant(n[0]) + n[1..]).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Properties(JsonNode schema) => schema["properties"]!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal);

    private static JsonObject Resource(string name)
    {
        using var stream = typeof(KindLoader).Assembly.GetManifestResourceStream($"Kinvite.Kinds.{name}")!;
        return JsonNode.Parse(stream)!.AsObject();
    }

    // As much of JSON Schema 2020-12 as the schema uses; a keyword it does not know is a fault of the schema.
    private static IEnumerable<string> Faults(JsonObject schema, JsonNode? value, string path) => schema.SelectMany(rule => rule.Key switch
    {
        "$schema" or "$id" or "$defs" or "title" or "description" => [],
        "$ref" => Faults(Schema["$defs"]![rule.Value!.GetValue<string>().Split('/')[^1]]!.AsObject(), value, path),
        "type" => (rule.Value is JsonArray types ? types.Select(t => t!.GetValue<string>()) : [rule.Value!.GetValue<string>()]).Any(t => Is(t, value)) ? [] : [$"{path}: type"],
        "enum" => rule.Value!.AsArray().Any(v => JsonNode.DeepEquals(v, value)) ? [] : [$"{path}: enum"],
        "required" when value is JsonObject o => rule.Value!.AsArray().Where(n => !o.ContainsKey(n!.GetValue<string>())).Select(n => $"{path}: something is missing: '{n}'"),
        "properties" when value is JsonObject o => o.Where(p => rule.Value!.AsObject().ContainsKey(p.Key)).SelectMany(p => Faults(rule.Value![p.Key]!.AsObject(), p.Value, $"{path}.{p.Key}")),
        "additionalProperties" when value is JsonObject o => o.Where(p => schema["properties"]?.AsObject().ContainsKey(p.Key) != true)
            .SelectMany(p => rule.Value is JsonObject s ? Faults(s, p.Value, $"{path}.{p.Key}") : [$"{path}.{p.Key}: additional"]),
        "items" when value is JsonArray a => a.SelectMany((v, i) => Faults(rule.Value!.AsObject(), v, $"{path}[{i}]")),
        "minItems" when value is JsonArray a => a.Count >= rule.Value!.GetValue<int>() ? [] : [$"{path}: minItems"],
        "pattern" when Is("string", value) => Regex.IsMatch(value!.GetValue<string>(), rule.Value!.GetValue<string>()) ? [] : [$"{path}: pattern"],
        "minLength" when Is("string", value) => value!.GetValue<string>().Length >= rule.Value!.GetValue<int>() ? [] : [$"{path}: minLength"],
        "maxLength" when Is("string", value) => value!.GetValue<string>().Length <= rule.Value!.GetValue<int>() ? [] : [$"{path}: maxLength"],
        "minimum" when Is("integer", value) => value!.GetValue<int>() >= rule.Value!.GetValue<int>() ? [] : [$"{path}: minimum"],
        "maximum" when Is("integer", value) => value!.GetValue<int>() <= rule.Value!.GetValue<int>() ? [] : [$"{path}: maximum"],
        "required" or "properties" or "additionalProperties" or "items" or "minItems" or "pattern" or "minLength" or "maxLength" or "minimum" or "maximum" => [],
        _ => (IEnumerable<string>)[$"{path}: the schema's {rule.Key} is checked by nobody"],
    });

    private static bool Is(string type, JsonNode? value) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "null" => value is null,
        "integer" => value is JsonValue v && v.TryGetValue<int>(out _),
        "string" => value is JsonValue v && v.TryGetValue<string>(out _),
        "boolean" => value is JsonValue v && v.TryGetValue<bool>(out _),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not used by the schema"),
    };
}
