using System.Text.Json;
using System.Text.RegularExpressions;

namespace Kinvite.Kinds;

/// <summary>
/// Holds a kind's JSON against <c>kind.schema.json</c>, as much of JSON Schema 2020-12 as that uses, and says everything that is wrong at once:
/// a deserializer stops at the first fault. Each description in the schema is the remedy.
/// </summary>
internal sealed class KindSchema(JsonElement root)
{
    private static readonly TimeSpan PatternLimit = TimeSpan.FromMilliseconds(100);

    /// <summary>"path: what is wrong and what to do", all of it.</summary>
    public IEnumerable<string> Errors(JsonElement json) => Errors(json, root, "");

    private IEnumerable<string> Errors(JsonElement value, JsonElement schema, string path)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            schema = reference.GetString()!.Split('/').Skip(1).Aggregate(root, (at, name) => at.GetProperty(name));
        }

        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(w => JsonElement.DeepEquals(w, value)))
        {
            return [$"{Place(path)}: give one of {List(words)}{What(schema, " (", ")")}."];
        }

        if (schema.TryGetProperty("type", out var type) && !Types(type).Any(t => Is(value, t)))
        {
            return [$"{Place(path)}: give {string.Join(" or ", Types(type).Select(Called))}{What(schema, ": ")}."];
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => Members(value, schema, path),
            JsonValueKind.Array => Items(value, schema, path),
            _ => IsWithin(value, schema) ? [] : [$"{Place(path)}: give {What(schema)}."],
        };
    }

    private IEnumerable<string> Members(JsonElement value, JsonElement schema, string path)
    {
        var known = schema.TryGetProperty("properties", out var properties) ? properties : default;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (!seen.Add(member.Name))
            {
                yield return $"{at}: it is there twice; remove one.";
                continue;
            }

            if (known.ValueKind != JsonValueKind.Object || !known.TryGetProperty(member.Name, out var expected))
            {
                expected = schema.GetProperty("additionalProperties");
            }

            if (expected.ValueKind == JsonValueKind.False)
            {
                yield return $"{at}: there is no such member; remove it, or use one of {string.Join(", ", known.EnumerateObject().Select(p => p.Name))}.";
                continue;
            }

            foreach (var error in Errors(member.Value, expected, at))
            {
                yield return error;
            }
        }

        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(n => n.GetString()!) : [];
        foreach (var missing in required.Where(n => !seen.Contains(n)))
        {
            yield return $"{(path.Length == 0 ? missing : $"{path}.{missing}")}: it is missing; add it.";
        }
    }

    private IEnumerable<string> Items(JsonElement value, JsonElement schema, string path)
    {
        if (schema.TryGetProperty("minItems", out var least) && value.GetArrayLength() < least.GetInt32())
        {
            return [$"{Place(path)}: give {What(schema)}."];
        }

        if (schema.TryGetProperty("uniqueItems", out _) && value.EnumerateArray().GroupBy(i => i.GetRawText(), StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            return [$"{Place(path)}: {twice.Key} is there twice; remove one."];
        }

        return value.EnumerateArray().SelectMany((item, i) => Errors(item, schema.GetProperty("items"), $"{path}[{i}]"));
    }

    private static bool IsWithin(JsonElement value, JsonElement schema)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            var number = value.GetInt32();
            return (!schema.TryGetProperty("minimum", out var least) || number >= least.GetInt32())
                && (!schema.TryGetProperty("maximum", out var most) || number <= most.GetInt32());
        }

        return !schema.TryGetProperty("pattern", out var pattern)
            // $ would let a line break pass behind the text.
            || Regex.IsMatch(value.GetString()!, pattern.GetString()!.Replace("$", @"\z", StringComparison.Ordinal), RegexOptions.CultureInvariant, PatternLimit);
    }

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!) : [type.GetString()!];

    private static bool Is(JsonElement value, string type) => (type, value.ValueKind) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or ("null", JsonValueKind.Null) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => value.TryGetInt32(out _),
        _ => false,
    };

    private static string Called(string type) => type switch
    {
        "object" => "an object { … }",
        "array" => "a list [ … ]",
        "string" => "a text",
        "boolean" => "true or false",
        "integer" => "a whole number",
        _ => type,
    };

    private static string What(JsonElement schema, string before = "", string after = "") =>
        schema.TryGetProperty("description", out var description) ? $"{before}{description.GetString()}{after}" : "";

    private static string List(JsonElement words) => string.Join(", ", words.EnumerateArray().Select(w => w.GetString()));

    private static string Place(string path) => path.Length == 0 ? "the whole file" : path;
}
