using System.Text.Json;
using System.Text.Json.Nodes;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Hosting;

public sealed class ApiDocumentTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Fact]
    public async Task The_committed_document_is_what_the_server_says()
    {
        var now = await DocumentAsync();
        var fresh = Repository.Below("artifacts", "openapi.json");
        Directory.CreateDirectory(Path.GetDirectoryName(fresh)!);
        await File.WriteAllTextAsync(fresh, now);
        var committed = Repository.Below("docs", "openapi.json");

        Assert.True(
            File.Exists(committed) && await File.ReadAllTextAsync(committed) == now,
            "docs/openapi.json is not current. Look at what changed, and when it is meant: cp artifacts/openapi.json docs/openapi.json");
    }

    [Fact]
    public async Task Paths_are_written_without_types_and_end_without_a_slash()
    {
        var paths = JsonNode.Parse(await DocumentAsync())!["paths"]!.AsObject().Select(p => p.Key).ToList();

        Assert.Contains("/api/families", paths);
        Assert.Contains("/api/families/{familyId}/invites/{id}/resend", paths);
        Assert.Contains("/api/invites/{token}/accept", paths);
        Assert.Contains("/api/account", paths);
        Assert.All(paths, p =>
        {
            Assert.StartsWith("/api/", p, StringComparison.Ordinal);
            Assert.DoesNotContain(":", p, StringComparison.Ordinal);
            Assert.False(p.EndsWith('/'), p);
        });
    }

    [Fact]
    public async Task Every_operation_has_a_name_of_its_own_and_says_what_it_is()
    {
        var operations = JsonNode.Parse(await DocumentAsync())!["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => (p.Key, Operation: o.Value!))).ToList();

        Assert.All(operations, o => Assert.False(string.IsNullOrEmpty((string?)o.Operation["summary"]), o.Key));
        Assert.Equal(operations.Count, operations.Select(o => (string?)o.Operation["operationId"]).Distinct(StringComparer.Ordinal).Count(id => !string.IsNullOrEmpty(id)));
    }

    [Fact]
    public async Task Families_are_for_signed_in_people_and_a_preview_is_for_anybody()
    {
        var paths = JsonNode.Parse(await DocumentAsync())!["paths"]!;

        Assert.NotNull(paths["/api/families"]!["post"]!["security"]);
        Assert.Null(paths["/api/invites/{token}"]!["get"]!["security"]);
    }

    [Fact]
    public async Task Every_operation_names_the_refusals_that_it_can_always_answer_with()
    {
        var operations = JsonNode.Parse(await DocumentAsync())!["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => (Name: $"{o.Key} {p.Key}", Operation: o.Value!)));

        Assert.All(operations, o =>
        {
            var answers = o.Operation["responses"]!.AsObject();
            string[] always = [.. o.Operation["security"] is null ? [] : new[] { "401" }, .. o.Operation["requestBody"] is null ? [] : new[] { "400", "413", "415" }];
            Assert.All(always, status => Assert.True(answers[status]?["content"]?["application/problem+json"] is not null, $"{o.Name} lacks {status}"));
        });
    }

    [Fact]
    public async Task A_patch_is_described_by_its_values()
    {
        var properties = JsonNode.Parse(await DocumentAsync())!["components"]!["schemas"]!["UpdateAccountRequest"]!["properties"]!.AsObject();

        Assert.Equal(["null", "string"], properties["displayName"]!["type"]!.AsArray().Select(t => (string)t!).Order(StringComparer.Ordinal));
        Assert.Equal("uuid", (string?)properties["defaultFamilyId"]!["format"]);
    }

    private async Task<string> DocumentAsync()
    {
        using var anybody = shared.App.NewPerson();
        var document = await anybody.GetAsync("/openapi/v1.json");
        return JsonSerializer.Serialize(document, Indented) + "\n";
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
