using System.Text.Json;
using System.Text.Json.Serialization;
using Kinvite.Hosting;

namespace Kinvite.Kinds;

/// <summary>Reads kinds from JSON and says everything that is wrong with them at once: file, place in it, remedy.</summary>
internal static class KindLoader
{
    private const string ResourcePrefix = "Kinvite.Kinds.";

    private static readonly JsonDocumentOptions Written = new() { CommentHandling = JsonCommentHandling.Skip };

    // The schema has had its say before: what is read here fits.
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new LocalTextConverter() },
    };

    private static readonly Lazy<KindSchema> Schema = new(() => new(JsonElement.Parse(Resource("kind.schema.json"))));

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
        var before = errors.Count;
        try
        {
            using var document = JsonDocument.Parse(json, Written);
            errors.AddRange(Schema.Value.Errors(document.RootElement).Select(e => $"{file}: {e}"));
            if (errors.Count > before)
            {
                return null;
            }

            var kind = document.Deserialize<FamilyKind>(Json)!;
            errors.AddRange(KindCheck.Errors(kind).Select(e => $"{file}: {e}"));
            return errors.Count == before ? kind : null;
        }
        catch (JsonException e)
        {
            errors.Add($"{file}: line {e.LineNumber + 1}: this is not JSON; mend it there, or start from a copy of home.json.");
            return null;
        }
    }

    private static IEnumerable<(string File, string Json)> BuiltIn()
    {
        // The order in which people choose; what is most used comes first.
        string[] order = ["home", "vault", "chores", "team", "care", "baby"];
        return order.Select(key => ($"{key}.json", Resource($"{key}.json")));
    }

    private static string Resource(string name)
    {
        using var stream = typeof(KindLoader).Assembly.GetManifestResourceStream(ResourcePrefix + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static IEnumerable<(string File, string Json)> Own(string? directory)
    {
        if (string.IsNullOrWhiteSpace(directory))
        {
            return [];
        }

        try
        {
            return [.. Directory.EnumerateFiles(directory, "*.json").Where(f => !f.EndsWith(".schema.json", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).Select(f => (f, File.ReadAllText(f)))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                $"Kinvite__Kinds__Directory is {directory}, and it cannot be read ({e.Message}): create it, let the server's user read it, or leave the setting out.");
        }
    }

    private sealed class LocalTextConverter : JsonConverter<LocalText>
    {
        public override LocalText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<Dictionary<string, string>>(ref reader, options)!);

        public override void Write(Utf8JsonWriter writer, LocalText value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.ByLanguage, options);
    }
}
