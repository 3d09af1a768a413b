using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kinvite.Harness;

/// <summary>Refusals are a promise, too: every one is a whole problem (RFC 9457) with the status and the code that api.md fixes.</summary>
internal static class Refusals
{
    /// <summary>Sends it, and fails the test unless it is refused exactly so.</summary>
    public static async Task<JsonElement> RefusedAsync(this Person person, HttpMethod method, string path, object? body, int status, string code)
    {
        using var response = await person.RequestAsync(method, path, body);
        return await response.ProblemAsync(status, code);
    }

    public static Task<JsonElement> PostRefusedAsync(this Person person, string path, object? body, int status, string code) =>
        person.RefusedAsync(HttpMethod.Post, path, body, status, code);

    public static Task<JsonElement> GetRefusedAsync(this Person person, string path, int status, string code) =>
        person.RefusedAsync(HttpMethod.Get, path, body: null, status, code);

    public static Task<JsonElement> DeleteRefusedAsync(this Person person, string path, int status, string code) =>
        person.RefusedAsync(HttpMethod.Delete, path, body: null, status, code);

    /// <summary>The fields that a 400 names.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(this Person person, string path, object? body)
    {
        var problem = await person.PostRefusedAsync(path, body, 400, "validation");
        return [.. problem.GetProperty("errors").EnumerateObject().Select(e => e.Name)];
    }

    /// <summary>A problem's text without what names the request: the rest is to be compared.</summary>
    public static string WithoutTrace(string problem)
    {
        var members = JsonNode.Parse(problem)!.AsObject();
        Assert.True(members.Remove("traceId"), problem);
        return members.ToJsonString();
    }

    /// <summary>The problem in an answer; fails the test unless it is a whole one with this status and code.</summary>
    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage response, int status, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        var asked = response.RequestMessage;
        Assert.True(response.StatusCode == (HttpStatusCode)status, $"{asked?.Method} {asked?.RequestUri} answered {(int)response.StatusCode}, not {status} {code}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement.Clone();
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal($"urn:kinvite:problem:{code}", problem.GetProperty("type").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.Equal(code == "validation", problem.TryGetProperty("errors", out _));
        return problem;
    }
}
