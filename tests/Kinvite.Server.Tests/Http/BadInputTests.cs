using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Http;

/// <summary>Whatever is sent, the answer is a refusal that a program can read, says nothing of the inside, and is no fault of the server's.</summary>
public sealed class BadInputTests(BothEnvironments both) : IClassFixture<BothEnvironments>
{
    private static readonly string[] Environments = ["Development", "Production"];

    private static readonly string[] Methods = ["GET", "PUT", "DELETE", "PATCH", "HEAD", "TRACE", "BREW"];

    // Every route that reads a body, with a body that has all its texts: {0} is where the bad one goes.
    private static readonly (string Method, string Path, string[] Fields, bool MayBeMissing)[] Routes =
    [
        ("POST", "/api/auth/codes", ["email", "phone"], false),
        ("POST", "/api/auth/codes/verify", ["code", "email", "phone", "challenge", "displayName"], false),
        ("POST", "/api/auth/refresh", ["refreshToken"], false),
        ("PATCH", "/api/account", ["displayName", "locale", "timeZone", "defaultFamilyId"], false),
        ("POST", "/api/families", ["name", "kind"], false),
        ("POST", "{family}/check", ["capability", "childId"], false),
        ("POST", "{family}/invites", ["message", "binding", "invites/email", "invites/phone", "invites/name", "invites/role", "invites/permission", "invites/locale", "invites/accessUntil", "invites/memberId"], false),
        ("POST", "/api/invites/{token}/accept", ["name", "accountId"], true),
        ("POST", "/api/invites/{token}/decline", ["block"], true),
        ("POST", "{family}/access-requests/{id}/approve", ["role", "permission", "accessUntil"], true),
    ];

    private static readonly (string Name, string Body)[] Bodies =
    [
        ("half", "{"), ("a list", "[]"), ("a text", "\"x\""), ("a number", "1"), ("true", "true"), ("two values", "{}{}"), ("a comment", "/* */{}"), ("a comma", "{\"email\":\"a@example.org\",}"),
        ("single quotes", "{'email':'a'}"), ("an unknown member", """{"surprise":1}"""), ("the prototype", """{"__proto__":{"admin":true}}"""),
        ("a member twice", """{"email":"a@example.org","email":"a@example.org","name":"a","name":"a","role":"x","role":"x","code":"1","code":"1","block":true,"block":false,"capability":"a","capability":"a","displayName":"a","displayName":"a","refreshToken":"a","refreshToken":"a"}"""),
        ("deep lists", new string('[', 1000)), ("deep objects", string.Concat(Enumerable.Repeat("{\"a\":", 1000))), ("deep and whole", new string('[', 1000) + new string(']', 1000)),
        ("no number", "NaN"), ("infinity", "{\"email\":Infinity}"), ("a null character", "\0"), ("text around", "hello {} world"), ("a form", "email=a%40example.org&name=x"),
        ("a type name", """{"$type":"System.Diagnostics.Process","email":"a@example.org"}"""),
    ];

    private static readonly (string Name, string Json)[] Values =
    [
        ("a null character", "\"a\\u0000b\""), ("a lone high surrogate", "\"a\\ud800b\""), ("a lone low surrogate", "\"\\udc00\""), ("a non-character", "\"a\\uffffb\""), ("an override", "\"a\\u202eb\""),
        ("a zero width", "\"a\\u200bb\""), ("a line break", "\"a\\r\\nBcc: x@example.org\""), ("200,000 letters", $"\"{new string('x', 200_000)}\""), ("a list", "[1]"), ("an object", "{\"a\":1}"),
        ("a number", "7"), ("a huge number", "1e400"), ("a long number", new string('9', 400)), ("a fraction", "-0.5"),
    ];

    public static TheoryData<string> In => [.. Environments];

    [Theory]
    [MemberData(nameof(In))]
    public async Task API_S05_A_body_that_is_no_request_is_refused_everywhere(string environment)
    {
        foreach (var (method, route, _, _) in Routes)
        {
            foreach (var (name, body) in Bodies)
            {
                await RefusedAsync(environment, method, route, Json(body), name, 400);
            }
        }
    }

    [Theory]
    [MemberData(nameof(In))]
    public async Task INP_S01_A_text_that_cannot_be_is_refused_in_every_field(string environment)
    {
        foreach (var (method, route, fields, _) in Routes)
        {
            foreach (var field in fields)
            {
                foreach (var (name, value) in Values)
                {
                    // A message may have several lines, and is refused for the people that are missing here in any case.
                    if (field == "message" && name == "a line break")
                    {
                        continue;
                    }

                    await RefusedAsync(environment, method, route, Json(With(field, value)), $"{field}: {name}", 400, 401, 404);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(In))]
    public async Task A_missing_body_is_refused_where_one_is_needed(string environment)
    {
        foreach (var (method, route, _, _) in Routes.Where(r => !r.MayBeMissing))
        {
            await RefusedAsync(environment, method, route, content: null, "no body", 400, 415);
            await RefusedAsync(environment, method, route, Json(""), "an empty body", 400);
            await RefusedAsync(environment, method, route, Json("null"), "null", 400);
        }
    }

    [Theory]
    [MemberData(nameof(In))]
    public async Task API_S05_Another_sort_of_content_is_refused(string environment)
    {
        foreach (var (method, route, _, _) in Routes)
        {
            await RefusedAsync(environment, method, route, new FormUrlEncodedContent([new("email", "a@example.org"), new("name", "x")]), "a form", 415);
            await RefusedAsync(environment, method, route, new StringContent("{}", Encoding.UTF8, "text/plain"), "plain text", 415);
            await RefusedAsync(environment, method, route, new StringContent("<a/>", Encoding.UTF8, "application/xml"), "XML", 415);
            await RefusedAsync(environment, method, route, new MultipartFormDataContent { { new StringContent("{}"), "a" } }, "multipart", 415);
            await RefusedAsync(environment, method, route, Typed(Encoding.UTF8.GetBytes("{}"), "application/json; charset=klingon"), "an unknown charset", 415);
            await RefusedAsync(environment, method, route, Typed(Encoding.Unicode.GetBytes("{}"), "application/json; charset=utf-16"), "UTF-16", 415);
            await RefusedAsync(environment, method, route, Typed([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d], "application/json"), "no UTF-8", 400);
        }
    }

    [Theory]
    [MemberData(nameof(In))]
    public async Task API_S05_More_than_256_KiB_is_refused_whatever_it_is(string environment)
    {
        foreach (var (method, route, fields, _) in Routes)
        {
            await RefusedAsync(environment, method, route, Json(With(fields[0], $"\"{new string('x', 1_000_000)}\"")), "1 MB", 413);
            var chunked = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(With(fields[0], $"\"{new string('x', 300_000)}\""))));
            chunked.Headers.ContentType = new("application/json");
            await RefusedAsync(environment, method, route, new Unmeasured(chunked), "300 kB in chunks", 413);
        }
    }

    [Theory]
    [MemberData(nameof(In))]
    public async Task API_S05_A_method_that_is_not_there_is_405_with_those_that_are(string environment)
    {
        foreach (var (method, route, _, _) in Routes)
        {
            foreach (var other in Methods.Where(m => m != method))
            {
                // The same path may be there for another method.
                if ((route is "/api/account" or "/api/families" or "{family}/invites" && other is "GET" or "HEAD") || (route is "/api/account" && other is "DELETE"))
                {
                    continue;
                }

                using var answer = await both[environment].Founder.RequestAsync(new HttpMethod(other), Path(environment, route));
                Assert.True((int)answer.StatusCode == 405, $"{environment}: {other} {route} answered {(int)answer.StatusCode}");
                Assert.Contains(method, answer.Content.Headers.Allow);
                if (other != "HEAD")
                {
                    await answer.ProblemAsync(405, "method");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(In))]
    public async Task API_S05_An_unknown_path_is_a_problem_below_the_API(string environment)
    {
        foreach (var path in new[] { "/api", "/api/", "/api/nothing", "/api/families/1", "/api/families/%2e%2e/x", "/api/invites/by-id/x/accept/more", "/API/nothing" })
        {
            using var answer = await both[environment].Founder.RequestAsync(HttpMethod.Get, path, body: null, ("Accept", "text/html"));
            await answer.ProblemAsync(404, "not_found");
        }
    }

    private async Task RefusedAsync(string environment, string method, string route, HttpContent? content, string what, params int[] expected)
    {
        // Asking before sending, as clients with much to send do: a server that answers early hangs up on those who go on.
        using var answer = await both[environment].Founder.RequestAsync(new HttpMethod(method), Path(environment, route), content, ("Expect", "100-continue"));
        var text = await answer.Content.ReadAsStringAsync();
        var where = $"{environment}: {method} {route} with {what} answered {(int)answer.StatusCode}: {text}";
        Assert.True(expected.Contains((int)answer.StatusCode), where);
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", where);
        Assert.True(JsonDocument.Parse(text).RootElement.TryGetProperty("code", out var code) && code.GetString()!.Length > 0, where);
        foreach (var inside in new[] { "   at ", "Exception", "System.", "Microsoft.", "Npgsql", "Kinvite.", "Request]", "LineNumber", "BytePosition" })
        {
            Assert.False(text.Contains(inside, StringComparison.Ordinal), where);
        }
    }

    private string Path(string environment, string route) => route
        .Replace("{family}", both[environment].Path, StringComparison.Ordinal)
        .Replace("{token}", both.Token(environment), StringComparison.Ordinal)
        .Replace("{id}", "01900000-0000-7000-8000-000000000001", StringComparison.Ordinal);

    private static string With(string field, string value) => field.Split('/') is [var list, var inner] ? $$"""{"{{list}}":[{"{{inner}}":{{value}}}]}""" : $$"""{"{{field}}":{{value}}}""";

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static ByteArrayContent Typed(byte[] body, string type)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    // Without a length, so that it goes in chunks.
    private sealed class Unmeasured : HttpContent
    {
        private readonly HttpContent inner;

        public Unmeasured(HttpContent inner)
        {
            this.inner = inner;
            Headers.ContentType = inner.Headers.ContentType ?? new MediaTypeHeaderValue("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => inner.CopyToAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
