using System.Text.Json.Nodes;
using Kinvite.Hosting;
using Kinvite.Kinds;

namespace Kinvite.Tests.Kinds;

public sealed class KindLoaderTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("kinds-");

    public static TheoryData<string, string, string> Faults => new()
    {
        // the place, what is put there (JSON; empty = taken out), what is said
        { "key", "\"Home\"", "own.json: key: give 2 to 40 small letters" },
        { "key", "\"home\\n\"", "own.json: key: give 2 to 40 small letters" },
        { "key", "7", "own.json: key: give a text" },
        { "key", "", "own.json: key: it is missing; add it." },
        { "name", "\"Club\"", "own.json: name: give an object { … }: a text by language, in English at least" },
        { "name.en", "", "own.json: name.en: it is missing; add it." },
        { "name.en", "\" \"", "own.json: name.en: give a text that is not empty." },
        { "name.es", "null", "own.json: name.es: give a text" },
        { "surprise", "1", "own.json: surprise: there is no such member; remove it, or use one of $schema, key, name" },
        { "roles", "[]", "own.json: roles: give what people are in this kind of family, at least one." },
        { "roles", "[null]", "own.json: roles[0]: give an object { … }: a role." },
        { "roles[0].permission", "\"owner\"", "own.json: roles[0].permission: give one of view, edit, admin" },
        { "roles[0].permission", "3", "own.json: roles[0].permission: give one of view, edit, admin" },
        { "roles[0].colour", "\"red\"", "own.json: roles[0].colour: there is no such member" },
        { "roles[0].capabilities", "[null]", "own.json: roles[0].capabilities[0]: give a text" },
        { "roles[0].capabilities", "[\"cake.eat\"]", "own.json: roles[0].capabilities: \"cake.eat\" is neither built in nor listed in capabilities; add it there or remove it." },
        { "roles[0].key", "\"child\"", "own.json: roles: the role \"child\" is there twice; remove one." },
        { "roles[1].invitable", "true", "own.json: roles[1].invitable: somebody without account cannot be invited" },
        { "roles[1].needsAccount", "true", "own.json: roles[1].needsAccount: a child's profile has no account" },
        { "roles[1].guardian", "true", "own.json: roles[1].guardian: somebody without account cannot look after children" },
        { "roles[0].guardian", "false", "own.json: founderRole: in a kind with children the founder must be a guardian" },
        { "capabilities", "[\"cake\"]", "own.json: capabilities[0]: give a name of two parts in small letters, such as chores.complete." },
        { "roles[0].capabilities", "[\"family.delete\"]", "own.json: roles[0].capabilities: \"family.delete\" is the owner's alone; remove it." },
        { "roles[0].capabilities", "[\"family.transfer\"]", "own.json: roles[0].capabilities: \"family.transfer\" is the owner's alone; remove it." },
        { "roles[0].capabilities", "[\"boats.take\",\"boats.take\"]", "own.json: roles[0].capabilities: \"boats.take\" is there twice; remove one." },
        { "capabilities", "[\"boats.take\",\"boats.take\"]", "own.json: capabilities: \"boats.take\" is there twice; remove one." },
        { "capabilities", "[\"family.view\"]", "own.json: capabilities: \"family.view\" is built in; remove it here." },
        { "founderRole", "\"child\"", "own.json: founderRole: \"child\" must be one of roles, with needsAccount true." },
        { "defaultRole", "\"nobody\"", "own.json: defaultRole: \"nobody\" must be one of roles, with invitable true." },
        { "invitations.channels", "[\"pigeon\"]", "own.json: invitations.channels[0]: give one of email, phone, link." },
        { "invitations.channels", "[]", "own.json: invitations.channels: give the ways an invitation can go, at least one." },
        { "invitations.channels", "[\"email\",\"email\"]", "own.json: invitations.channels: \"email\" is there twice; remove one." },
        { "invitations", """{"channels":["link"],"lifetimeDays":7,"binding":"verified","permission":"role","whilePending":"refuse","children":"no"}""", "own.json: invitations.binding: a link without address proves nothing" },
        { "invitations.lifetimeDays", "0", "own.json: invitations.lifetimeDays: give 1 to 90 days" },
        { "invitations.lifetimeDays", "91", "own.json: invitations.lifetimeDays: give 1 to 90 days" },
        { "invitations.lifetimeDays", "7.5", "own.json: invitations.lifetimeDays: give a whole number" },
        { "invitations.lifetimeDays", "99999999999", "own.json: invitations.lifetimeDays: give a whole number" },
        { "invitations.binding", "\"loose\"", "own.json: invitations.binding: give one of bearer, confirm, verified" },
        { "invitations.binding", "", "own.json: invitations.binding: it is missing; add it." },
        { "invitations.permission", "\"perChild\"", "own.json: invitations.permission: it cannot be for each child where invitations name none" },
        { "links.maxDays", "3", "own.json: links.minDays: it is more than links.maxDays; exchange the two." },
        { "links.allowed", "\"yes\"", "own.json: links.allowed: give true or false" },
        { "limits.pending", "0", "own.json: limits.pending: give how many invitations may wait, at least 1" },
        { "limits.members", "-1", "own.json: limits.members: give how many people in all, at least 1" },
        { "limits.membersWithoutAccount", "0", "own.json: limits.membersWithoutAccount: 0 leaves nobody for the role \"child\"" },
        { "limits", "null", "own.json: limits: give an object { … }: how many" },
    };

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void An_operators_kind_stands_beside_the_built_in_ones()
    {
        Write("own.json", Club());

        var kinds = new FamilyKinds(directory.FullName);

        Assert.Equal("club", kinds.All[^1].Key);
        Assert.Equal(7, kinds.All.Count);
        Assert.Equal(["coach"], kinds.TryFind("club")!.Roles.Where(r => r.Guardian).Select(r => r.Key));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_told_with_file_place_and_remedy(string path, string json, string said)
    {
        var errors = new List<string>();
        var kind = Club();
        Put(kind, path, json);

        Assert.Null(KindLoader.Read("own.json", kind.ToJsonString(), errors));
        Assert.Contains(errors, e => e.StartsWith(said, StringComparison.Ordinal));
    }

    [Fact]
    public void The_sample_that_the_faults_are_put_into_has_none_itself()
    {
        var errors = new List<string>();

        Assert.NotNull(KindLoader.Read("own.json", Club().ToJsonString(), errors));
        Assert.Empty(errors);
    }

    [Fact]
    public void A_member_that_is_there_twice_is_told()
    {
        var errors = new List<string>();

        Assert.Null(KindLoader.Read("own.json", Club().ToJsonString().Replace("\"minDays\"", "\"allowed\":true,\"minDays\"", StringComparison.Ordinal), errors));
        Assert.Equal(["own.json: links.allowed: it is there twice; remove one."], errors);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_in_every_file()
    {
        var first = Club();
        Put(first, "key", "\"X\"");
        Put(first, "roles[0].permission", "\"owner\"");
        Put(first, "links.maxDays", "900");
        Write("a.json", first);
        var second = Club();
        Put(second, "founderRole", "\"nobody\"");
        Put(second, "defaultRole", "\"nobody\"");
        Write("b.json", second);
        File.WriteAllText(Path.Combine(directory.FullName, "c.json"), "{\n  \"key\": \"club\",,\n}");
        File.WriteAllText(Path.Combine(directory.FullName, "d.json"), "");

        var said = Assert.Throws<StartRefusedException>(() => new FamilyKinds(directory.FullName)).Message.Split(Environment.NewLine);

        Assert.Equal(7, said.Length);
        Assert.Equal(3, said.Count(s => s.Contains($"{Path.DirectorySeparatorChar}a.json: ", StringComparison.Ordinal)));
        Assert.Equal(2, said.Count(s => s.Contains("b.json: ", StringComparison.Ordinal)));
        Assert.Contains(said, s => s.EndsWith("c.json: line 2: this is not JSON; mend it there, or start from a copy of home.json.", StringComparison.Ordinal));
        Assert.Contains(said, s => s.Contains("d.json: line 1: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_that_is_taken_is_told()
    {
        var kind = Club();
        Put(kind, "key", "\"home\"");
        Write("own.json", kind);

        var refused = Assert.Throws<StartRefusedException>(() => new FamilyKinds(directory.FullName));

        Assert.EndsWith("own.json: key: there is a kind \"home\" already; choose another key.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_is_not_there_is_told_by_its_setting()
    {
        var refused = Assert.Throws<StartRefusedException>(() => new FamilyKinds(Path.Combine(directory.FullName, "nowhere")));

        Assert.StartsWith("Kinvite__Kinds__Directory is ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("create it", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Comments_and_a_copy_of_the_schema_do_no_harm()
    {
        var kind = Club();
        Put(kind, "$schema", "\"kind.schema.json\"");
        File.WriteAllText(Path.Combine(directory.FullName, "own.json"), $"// ours\n{kind.ToJsonString()}");
        File.WriteAllText(Path.Combine(directory.FullName, "kind.schema.json"), "{}");

        Assert.NotNull(new FamilyKinds(directory.FullName).TryFind("club"));
    }

    [Fact]
    public void Kinds_that_families_use_and_that_are_gone_are_named()
    {
        Assert.Equal(["club", "zoo"], new FamilyKinds(directory: null).Missing(["zoo", "home", "club"]));
    }

    internal static JsonObject Home()
    {
        using var stream = typeof(KindLoader).Assembly.GetManifestResourceStream("Kinvite.Kinds.home.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }

    private static JsonObject Club() => JsonNode.Parse("""
        {
          "key": "club", "name": { "en": "Club", "es": "Club" }, "description": { "en": "People who row." },
          "founderRole": "coach", "defaultRole": "coach",
          "capabilities": ["boats.take"],
          "roles": [
            { "key": "coach", "name": { "en": "Coach" }, "description": { "en": "Rows and invites." }, "permission": "admin", "capabilities": ["boats.take"], "invitable": true, "guardian": true },
            { "key": "child", "name": { "en": "Child" }, "description": { "en": "Rows." }, "permission": "view", "needsAccount": false, "child": true }
          ],
          "invitations": { "channels": ["email"], "lifetimeDays": 7, "binding": "confirm", "permission": "role", "whilePending": "refuse", "children": "no" },
          "links": { "allowed": false, "minDays": 7, "maxDays": 90, "requireApproval": false },
          "requests": { "allowed": false },
          "limits": { "pending": null, "membersWithoutAccount": null, "members": null }
        }
        """)!.AsObject();

    private static void Put(JsonObject kind, string path, string json)
    {
        JsonNode at = kind;
        var steps = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
        foreach (var step in steps[..^1])
        {
            at = at is JsonArray list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]! : at[step]!;
        }

        if (json.Length == 0)
        {
            at.AsObject().Remove(steps[^1]);
        }
        else
        {
            at[steps[^1]] = JsonNode.Parse(json);
        }
    }

    private void Write(string name, JsonNode kind) => File.WriteAllText(Path.Combine(directory.FullName, name), kind.ToJsonString());
}
