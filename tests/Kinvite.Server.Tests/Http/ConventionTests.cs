using System.Net;
using System.Text;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Http;

/// <summary>What every route does alike, whatever it is for.</summary>
public sealed class ConventionTests(SharedServer shared) : IClassFixture<SharedServer>
{
    public static TheoryData<string> BadBodies => ["{", """{"surprise":1}""", new string('x', 300_000)];

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task Whoever_is_not_signed_in_hears_that_and_not_what_is_wrong_with_the_body(string body)
    {
        using var anybody = shared.App.NewPerson();
        foreach (var path in new[] { "/api/families", "/api/access-requests", "/api/family/invites", $"/api/families/{Guid.NewGuid()}/invites" })
        {
            using var answer = await anybody.RequestAsync(HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, "application/json"), ("Expect", "100-continue"));
            await answer.ProblemAsync(401, "auth.required");
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        }
    }

    [Fact]
    public async Task HEAD_is_answered_as_GET_without_its_content()
    {
        using var circle = await Circle.StartAsync(shared.App);
        foreach (var path in new[]
        {
            "/api/families", "/api/families/kinds", "/api/account", $"{circle.Path}/members", $"{circle.Path}/invites.csv", "/sign-in", "/sign-up", "/join", "/health/live",
            "/health/ready", "/openapi/v1.json", "/api/nothing",
        })
        {
            using var get = await circle.Founder.RequestAsync(HttpMethod.Get, path);
            using var head = await circle.Founder.RequestAsync(HttpMethod.Head, path);

            Assert.True(get.StatusCode == head.StatusCode, $"{path}: GET {get.StatusCode}, HEAD {head.StatusCode}");
            Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        }

        using var creates = await circle.Founder.RequestAsync(HttpMethod.Head, "/api/auth/codes");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, creates.StatusCode);
    }

    [Fact]
    public async Task A_value_in_the_address_that_cannot_be_is_refused_by_its_name()
    {
        using var circle = await Circle.StartAsync(shared.App);
        foreach (var (path, field) in new[] { ("/api/families?limit=ten", "limit"), ($"{circle.Path}/activity?memberId=7", "memberId"), ($"{circle.Path}/members?limit=1.5", "limit") })
        {
            var problem = await circle.Founder.GetRefusedAsync(path, 400, "validation");
            Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        }
    }
}
