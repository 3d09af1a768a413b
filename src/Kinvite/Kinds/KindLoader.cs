using System.Text.Json;
using System.Text.Json.Serialization;
using Kinvite.Hosting;

namespace Kinvite.Kinds;

/// <summary>Reads kinds from JSON and says everything that is wrong with them at once: file, place in it, remedy.</summary>
internal static class KindLoader
{
    private const string ResourcePrefix = "Kinvite.Kinds.";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new LocalTextConverter() },
    };

    /// <summary>The built-in kinds and those in the operator's directory.</summary>
    public static IReadOnlyList<FamilyKind> LoadAll(string? directory)
    {
        var errors = new List<string>();
        var kinds = new List<FamilyKind>();
        foreach (var (file, json) in BuiltIn().Concat(Own(directory)))
        {
            if (Read(file, json, errors) is not { } kind)
            {
                continue;
            }

            if (kinds.Exists(k => k.Key == kind.Key))
            {
                errors.Add($"{file}: key: there is a kind \"{kind.Key}\" already; choose another key.");
            }

            kinds.Add(kind);
        }

        return errors.Count == 0 ? kinds : throw new StartRefusedException(string.Join(Environment.NewLine, errors));
    }

    /// <summary>One kind, or null with what is wrong added to <paramref name="errors"/>.</summary>
    public static FamilyKind? Read(string file, string json, List<string> errors)
    {
        FamilyKind? kind;
        try
        {
            kind = JsonSerializer.Deserialize<FamilyKind>(json, Json);
        }
        catch (JsonException e)
        {
            errors.Add($"{file}: {e.Path ?? "$"}: {Plain(e.Message)}; compare with kind.schema.json.");
            return null;
        }

        if (kind is null)
        {
            errors.Add($"{file}: $: the file is empty; start from a copy of home.json.");
            return null;
        }

        var before = errors.Count;
        errors.AddRange(KindCheck.Errors(kind).Select(e => $"{file}: {e}"));
        return errors.Count == before ? kind : null;
    }

    private static IEnumerable<(string File, string Json)> BuiltIn()
    {
        var assembly = typeof(KindLoader).Assembly;
        // The order in which people choose; what is most used comes first.
        string[] order = ["home", "vault", "chores", "team", "care", "baby"];
        foreach (var key in order)
        {
            using var stream = assembly.GetManifestResourceStream($"{ResourcePrefix}{key}.json")!;
            using var reader = new StreamReader(stream);
            yield return ($"{key}.json", reader.ReadToEnd());
        }
    }

    private static IEnumerable<(string File, string Json)> Own(string? directory)
    {
        if (string.IsNullOrWhiteSpace(directory))
        {
            return [];
        }

        if (!Directory.Exists(directory))
        {
            throw new StartRefusedException($"Kinvite__Kinds__Directory is {directory}, and there is no such directory: create it, or leave the setting out.");
        }

        return Directory.EnumerateFiles(directory, "*.json").Where(f => !f.EndsWith(".schema.json", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(f => (f, File.ReadAllText(f)));
    }

    // "… Path: $.x | LineNumber: 3 | BytePositionInLine: 5." is said by the path already, and types are not the operator's business.
    private static string Plain(string message) => message.Split(" Path:", 2)[0].Replace(" 'Kinvite.Kinds.FamilyKind'", "", StringComparison.Ordinal).TrimEnd('.', ' ');

    private sealed class LocalTextConverter : JsonConverter<LocalText>
    {
        public override LocalText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var texts = JsonSerializer.Deserialize<Dictionary<string, string>>(ref reader, options)!;
            return texts.TryGetValue("en", out var english) && !string.IsNullOrWhiteSpace(english)
                ? new(texts)
                : throw new JsonException("a text needs at least English: { \"en\": \"…\" }");
        }

        public override void Write(Utf8JsonWriter writer, LocalText value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.ByLanguage, options);
    }
}
