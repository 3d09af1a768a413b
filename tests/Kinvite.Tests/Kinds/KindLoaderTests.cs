using System.Text.Json.Nodes;
using Kinvite.Hosting;
using Kinvite.Kinds;

namespace Kinvite.Tests.Kinds;

/// <summary>What an operator is told about a kind that is wrong: file, place, remedy.</summary>
public sealed class KindLoaderTests
{
    public static TheoryData<string, Action<JsonObject>, string> ShapeFaults => new()
    {
        { "an unknown member", k => k["colour"] = "red", "$.colour: there is no such member as \"colour\"; remove it" },
        { "an unknown member deep inside", k => k["roles"]![0]!["colour"] = "red", "$.roles[0].colour: there is no such member as \"colour\"; remove it" },
        { "no key", k => k.Remove("key"), "$: something is missing: 'key'" },
        { "no lifetime", k => k["invitations"]!.AsObject().Remove("lifetimeDays"), "$.invitations: something is missing: 'lifetimeDays'" },
        { "null for a name", k => k["name"] = null, "$.name: " },
        { "null for a role's name", k => k["roles"]![0]!["name"] = null, "$.roles[0].name: " },
        { "a text without English", k => k["name"] = new JsonObject { ["es"] = "Casa" }, "$.name: a text needs at least English" },
        { "an empty language", k => k["name"]!["es"] = " ", "$.name: a text needs at least English" },
        { "a language that is null", k => k["name"]!["es"] = null, "$.name: " },
        { "a role that owns", k => k["roles"]![0]!["permission"] = "owner", "$.roles[0].permission: give one of view, edit, admin;" },
        { "a permission in capitals", k => k["roles"]![0]!["permission"] = "Admin", "$.roles[0].permission: give one of view, edit, admin;" },
        { "a permission as a number", k => k["roles"]![0]!["permission"] = 3, "$.roles[0].permission: give one of view, edit, admin;" },
        { "an unknown binding", k => k["invitations"]!["binding"] = "loose", "$.invitations.binding: give one of bearer, confirm, verified;" },
        { "a number as text", k => k["invitations"]!["lifetimeDays"] = "7", "$.invitations.lifetimeDays: this is not the sort of value that belongs here" },
        { "half a day", k => k["invitations"]!["lifetimeDays"] = 0.5, "$.invitations.lifetimeDays: this is not the sort of value that belongs here" },
        { "a list instead of a limit", k => k["limits"]!["pending"] = new JsonArray(), "$.limits.pending: this is not the sort of value that belongs here" },
    };

    public static TheoryData<string, Action<JsonObject>, string> Contradictions => new()
    {
        { "a key that cannot stand in an address", k => k["key"] = "My Kind", "$.key: use 2 to 40 small letters" },
        { "no roles", k => k["roles"] = new JsonArray(), "$.roles: give at least one role" },
        { "a role twice", k => k["roles"]!.AsArray().Add(k["roles"]![0]!.DeepClone()), "$.roles: the role \"co-parent\" is there twice" },
        { "a role's key", k => k["roles"]![1]!["key"] = "Grand Parent", "$.roles[1].key: use 2 to 40" },
        { "an unknown founder", k => k["founderRole"] = "king", "$.founderRole: \"king\" must be one of roles" },
        { "a founder without account", k => k["founderRole"] = "child", "$.founderRole: \"child\" must be one of roles, with needsAccount true" },
        { "a founder who looks after nobody", k => k["founderRole"] = "friend", "$.founderRole: in a kind with children the founder must be a guardian" },
        { "a default that cannot be invited", k => k["defaultRole"] = "child", "$.defaultRole: \"child\" must be one of roles, with invitable true" },
        { "a child with account", k => Role(k, "child")["needsAccount"] = true, ".needsAccount: a child's profile has no account" },
        { "a profile to invite", k => Role(k, "elder")["invitable"] = true, ".invitable: somebody without account cannot be invited" },
        { "a guardian without account", k => Role(k, "elder")["guardian"] = true, ".guardian: whoever looks after children needs an account" },
        { "an unknown right", k => Role(k, "friend")["capabilities"] = new JsonArray("chess.play"), ".capabilities: \"chess.play\" is neither built in nor listed" },
        { "the owner's right", k => Role(k, "friend")["capabilities"] = new JsonArray("family.delete"), ".capabilities: \"family.delete\" is the owner's alone" },
        { "the owner's other right", k => Role(k, "friend")["capabilities"] = new JsonArray("family.transfer"), ".capabilities: \"family.transfer\" is the owner's alone" },
        { "a built-in right as one's own", k => k["capabilities"] = new JsonArray("invites.manage"), "$.capabilities[0]: \"invites.manage\" is built in" },
        { "an own right twice", k => k["capabilities"] = new JsonArray("chess.play", "chess.play"), "$.capabilities[1]: \"chess.play\" is there twice" },
        { "an own right of another form", k => k["capabilities"] = new JsonArray("Chess"), "$.capabilities[0]: write it like chores.complete" },
        { "no channel", k => k["invitations"]!["channels"] = new JsonArray(), "$.invitations.channels: give at least one" },
        { "an unknown channel", k => k["invitations"]!["channels"] = new JsonArray("fax"), "$.invitations.channels: \"fax\" is none of email, phone, link" },
        { "a channel twice", k => k["invitations"]!["channels"] = new JsonArray("email", "email"), "$.invitations.channels: one is there twice" },
        { "no time at all", k => k["invitations"]!["lifetimeDays"] = 0, "$.invitations.lifetimeDays: give 1 to 90 days" },
        { "too much time", k => k["invitations"]!["lifetimeDays"] = 91, "$.invitations.lifetimeDays: give 1 to 90 days" },
        { "proof without address", k => k["invitations"]!["binding"] = "verified", "$.invitations.binding: a link without address proves nothing" },
        {
            "a permission for each of no children", k => (k["invitations"]!["permission"], k["invitations"]!["children"]) = ("perChild", "no"),
            "$.invitations.permission: for each child needs children"
        },
        { "links shorter than none", k => k["links"]!["minDays"] = 0, "$.links: give minDays and maxDays between 1 and 90" },
        { "links the wrong way round", k => (k["links"]!["minDays"], k["links"]!["maxDays"]) = (30, 7), "$.links: give minDays and maxDays between 1 and 90" },
        { "no invitation at a time", k => k["limits"]!["pending"] = 0, "$.limits: give numbers above 0" },
        { "profiles that nobody may add", k => k["limits"]!["membersWithoutAccount"] = 0, "$.limits.membersWithoutAccount: there are roles without account" },
    };

    [Theory]
    [MemberData(nameof(ShapeFaults))]
    [MemberData(nameof(Contradictions))]
    public void A_fault_is_told_with_its_file_its_place_and_what_to_do(string fault, Action<JsonObject> spoil, string expected)
    {
        var kind = Home();
        spoil(kind);
        List<string> errors = [];

        Assert.Null(KindLoader.Read("own.json", kind.ToJsonString(), errors));

        Assert.True(errors.Exists(e => e.StartsWith("own.json: $", StringComparison.Ordinal) && e.Contains(expected, StringComparison.Ordinal)), $"{fault}: {string.Join(" | ", errors)}");
        Assert.All(errors, e => Assert.DoesNotContain("Kinvite.", e, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "$: ")]
    [InlineData("null", "$: the file is empty; start from a copy of home.json.")]
    [InlineData("[]", "$: this is not the sort of value that belongs here")]
    [InlineData("{ \"key\": ", "$.key: ")]
    [InlineData("{ \"key\": \"a1\", \"key\": \"a2\" }", "the member \"key\" is there twice; remove one")]
    public void What_is_no_kind_at_all_is_refused(string json, string expected)
    {
        List<string> errors = [];

        Assert.Null(KindLoader.Read("own.json", json, errors));

        Assert.Contains(expected, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        using var directory = new KindDirectory();
        var first = Home();
        first["key"] = "One Kind";
        first["defaultRole"] = "nobody";
        directory.Write("first.json", first);
        directory.Write("second.json", "{");
        var third = Home();
        directory.Write("third.json", third);

        var message = Assert.Throws<StartRefusedException>(() => new FamilyKinds(directory.Path)).Message;

        Assert.Contains("first.json: $.key: ", message, StringComparison.Ordinal);
        Assert.Contains("first.json: $.defaultRole: ", message, StringComparison.Ordinal);
        Assert.Contains("second.json: $: ", message, StringComparison.Ordinal);
        Assert.Contains("third.json: $.key: there is a kind \"home\" already; choose another key.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operators_own_kind_stands_beside_the_built_in_ones()
    {
        using var directory = new KindDirectory();
        var own = Home();
        own["$schema"] = "./kind.schema.json";
        own["key"] = "street";
        directory.Write("street.json", own);
        directory.Write("kind.schema.json", "{}");
        directory.Write("notes.txt", "not a kind");

        var kinds = new FamilyKinds(directory.Path);

        Assert.Equal(7, kinds.All.Count);
        Assert.Equal("street", kinds.TryFind("street")!.Key);
        Assert.Null(kinds.TryFind("Street"));
        Assert.Equal(["lane", "road"], kinds.Missing(["home", "road", "street", "lane"]));
    }

    [Fact]
    public void A_directory_that_is_not_there_stops_the_start() =>
        Assert.Contains("no such directory", Assert.Throws<StartRefusedException>(() => new FamilyKinds("/no/such/place")).Message, StringComparison.Ordinal);

    internal static JsonObject Home()
    {
        using var stream = typeof(KindLoader).Assembly.GetManifestResourceStream("Kinvite.Kinds.home.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }

    private static JsonObject Role(JsonObject kind, string key) => kind["roles"]!.AsArray().Single(r => r!["key"]!.GetValue<string>() == key)!.AsObject();

    private sealed class KindDirectory : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("kinvite-kinds-").FullName;

        public void Write(string name, JsonObject kind) => Write(name, kind.ToJsonString());

        public void Write(string name, string text) => File.WriteAllText(System.IO.Path.Combine(Path, name), text);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
