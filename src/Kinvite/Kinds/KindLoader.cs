using System.Text.Json;
using System.Text.Json.Serialization;
using Kinvite.Hosting;
using Kinvite.Rights;

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
        Converters =
        {
            new NameConverter<Permission>(), new NameConverter<Binding>(), new NameConverter<PermissionMode>(), new NameConverter<WhilePending>(),
            new NameConverter<ChildrenMode>(), new LocalTextConverter(),
        },
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
                errors.Add($"{file}: $.key: there is a kind \"{kind.Key}\" already; choose another key.");
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
            errors.Add($"{file}: {e.Path ?? "$"}: {Plain(e)}; compare with kind.schema.json.");
            return null;
        }

        if (kind is null)
        {
            errors.Add($"{file}: $: the file is empty; start from a copy of home.json.");
            return null;
        }

        var before = errors.Count;
        errors.AddRange(KindCheck.Errors(kind).Select(e => $"{file}: $.{e}"));
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

    // The message repeats the path and names types of the program; neither helps whoever writes a kind.
    private static string Plain(JsonException e)
    {
        var message = e.Message.Split(" Path:", 2)[0].TrimEnd('.', ' ');
        return message.Contains("could not be mapped", StringComparison.Ordinal) ? $"there is no such member as {Quoted(message)}; remove it"
            : message.Contains("missing required", StringComparison.Ordinal) ? $"something is missing:{message[(message.LastIndexOf(':') + 1)..]}"
            : message.Contains("Duplicate", StringComparison.Ordinal) ? $"the member {Quoted(message)} is there twice; remove one"
            : message.Contains("null", StringComparison.Ordinal) ? "null says nothing here; give a value"
            : message.Contains("could not be converted", StringComparison.Ordinal) ? "this is not the sort of value that belongs here"
            : message;
    }

    private static string Quoted(string message) => message.Split('\'') is { Length: > 1 } parts ? $"\"{parts[1]}\"" : "it";

    /// <summary>Reads a name, and says which there are when it is another.</summary>
    private sealed class NameConverter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        // No role is owner: whoever starts a family owns it.
        private static readonly Dictionary<string, T> ByName = Enum.GetValues<T>().Where(v => !v.Equals(Permission.Owner))
            .ToDictionary(v => JsonNamingPolicy.CamelCase.ConvertName(v.ToString()), StringComparer.Ordinal);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && ByName.TryGetValue(reader.GetString()!, out var value)
                ? value
                : throw new JsonException($"give one of {string.Join(", ", ByName.Keys)}");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));
    }

    private sealed class LocalTextConverter : JsonConverter<LocalText>
    {
        public override LocalText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var texts = JsonSerializer.Deserialize<Dictionary<string, string>>(ref reader, options)!;
            return texts.ContainsKey("en") && texts.Values.All(t => !string.IsNullOrWhiteSpace(t))
                ? new(texts)
                : throw new JsonException("a text needs at least English, and no language empty: { \"en\": \"…\" }");
        }

        public override void Write(Utf8JsonWriter writer, LocalText value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.ByLanguage, options);
    }
}
