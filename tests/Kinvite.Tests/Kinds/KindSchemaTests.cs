using System.Text.Json;
using System.Text.Json.Serialization;
using Kinvite.Kinds;
using Kinvite.Rights;

namespace Kinvite.Tests.Kinds;

/// <summary>The schema is the check at start, so it may neither forget a member nor use a keyword that the check does not know.</summary>
public sealed class KindSchemaTests
{
    private static readonly string[] Known =
        ["$schema", "title", "description", "type", "additionalProperties", "required", "properties", "items", "minItems", "uniqueItems", "minimum", "maximum", "enum", "pattern", "$ref", "$defs"];

    private static readonly JsonElement Schema = Resource("kind.schema.json");

    public static TheoryData<string> Keys => [.. new FamilyKinds(directory: null).All.Select(k => k.Key)];

    public static TheoryData<string, Type> Shapes => new()
    {
        { "", typeof(FamilyKind) },
        { "roles", typeof(KindRole) },
        { "invitations", typeof(InvitationRules) },
        { "links", typeof(LinkRules) },
        { "requests", typeof(RequestRules) },
        { "limits", typeof(KindLimits) },
    };

    public static TheoryData<string, Type> Words => new()
    {
        { "binding", typeof(Binding) },
        { "permission", typeof(PermissionMode) },
        { "whilePending", typeof(WhilePending) },
        { "children", typeof(ChildrenMode) },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_built_in_kind_conforms(string key) => Assert.Empty(new KindSchema(Schema).Errors(Resource($"{key}.json")));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void It_has_exactly_the_members_that_are_read(string part, Type type)
    {
        var schema = part.Length == 0 ? Schema : Schema.GetProperty("properties").GetProperty(part);
        schema = schema.TryGetProperty("items", out var items) ? items : schema;
        var read = type.GetProperties().Where(p => p.SetMethod is { IsPublic: true } && p.GetCustomAttributes(typeof(JsonIgnoreAttribute), false).Length == 0)
            .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));

        Assert.Equal(read.Order(), schema.GetProperty("properties").EnumerateObject().Select(p => p.Name).Where(n => n != "$schema").Order());
        Assert.Equal(JsonValueKind.False, schema.GetProperty("additionalProperties").ValueKind);
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void It_has_exactly_the_words_that_are_read(string member, Type type) => Assert.Equal(
        Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName),
        Schema.GetProperty("properties").GetProperty("invitations").GetProperty("properties").GetProperty(member).GetProperty("enum").EnumerateArray().Select(w => w.GetString()));

    [Fact]
    public void A_role_may_have_every_permission_but_the_owners() => Assert.Equal(
        Enum.GetValues<Permission>().Where(p => p < Permission.Owner).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.ToString())),
        Schema.GetProperty("properties").GetProperty("roles").GetProperty("items").GetProperty("properties").GetProperty("permission").GetProperty("enum")
            .EnumerateArray().Select(w => w.GetString()));

    [Fact]
    public void It_uses_no_keyword_that_the_check_leaves_out()
    {
        Assert.Empty(Keywords(Schema).Except(Known, StringComparer.Ordinal));
        Assert.Equal(["oneOf"], Keywords(JsonElement.Parse("""{ "properties": { "pattern": { "oneOf": [] } } }""")).Except(Known, StringComparer.Ordinal));
    }

    // Below "properties" and "$defs" stand names, everywhere else keywords.
    private static IEnumerable<string> Keywords(JsonElement schema) => schema.ValueKind != JsonValueKind.Object
        ? []
        : schema.EnumerateObject().SelectMany(k => k.Name is "properties" or "$defs"
            ? k.Value.EnumerateObject().SelectMany(n => Keywords(n.Value)).Prepend(k.Name)
            : Keywords(k.Value).Prepend(k.Name));

    private static JsonElement Resource(string name)
    {
        using var stream = typeof(FamilyKind).Assembly.GetManifestResourceStream($"Kinvite.Kinds.{name}")!;
        return JsonDocument.Parse(stream).RootElement;
    }
}
