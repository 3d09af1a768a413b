using System.Text.RegularExpressions;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Security;

/// <summary>Whatever of another family or account somebody names, on whatever route: it is as if it were not there.</summary>
public sealed partial class ForeignIdsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly string[] Secrets = ["{token}", "{challenge}", "{digits}", "{file}"];

    private IEnumerable<MappedRoute> WithIds => MappedRoute.All(shared.App).Where(r =>
        r.Pattern.Contains('{', StringComparison.Ordinal) && !Secrets.Any(s => r.Pattern.Contains(s, StringComparison.Ordinal)) && !r.Pattern.StartsWith("/openapi/", StringComparison.Ordinal)
        && !r.Pattern.StartsWith("/dev/", StringComparison.Ordinal));

    [Fact]
    public async Task TEN_S01_On_every_route_that_takes_an_id_another_familys_and_another_accounts_are_as_unknown_ones()
    {
        using var house = await WholeHouse.StartAsync(shared);
        using var stranger = await WholeHouse.StartAsync(shared);
        Assert.InRange(WithIds.Count(), 50, 500);
        var before = await house.StateAsync();

        foreach (var route in WithIds)
        {
            var unknown = Guid.CreateVersion7(shared.App.Clock.GetUtcNow());
            await SameAsync(stranger, route, route.Fill(p => house.IdFor(route.Pattern, p)), route.Fill(_ => unknown));
            if (route.Pattern.Contains("{familyId", StringComparison.Ordinal) && route.Pattern.Count(c => c == '{') > 1)
            {
                // Below a family of one's own, and one's own below theirs.
                await SameAsync(stranger, route, route.Fill(p => (p == "familyId" ? stranger : house).IdFor(route.Pattern, p)), route.Fill(p => p == "familyId" ? stranger.IdFor(route.Pattern, p) : unknown));
                await SameAsync(stranger, route, route.Fill(p => (p == "familyId" ? house : stranger).IdFor(route.Pattern, p)), route.Fill(_ => unknown));
            }

            Assert.True(before == await house.StateAsync(), $"{route} changed something:\n{before}\n→\n{await house.StateAsync()}");
        }
    }

    [Fact]
    public async Task TEN_S03_No_header_query_or_field_says_which_family_it_is_about()
    {
        using var house = await WholeHouse.StartAsync(shared);
        using var stranger = await WholeHouse.StartAsync(shared);
        foreach (var route in MappedRoute.All(shared.App).Where(r => r.Method == "GET" && r.Pattern.StartsWith("/api/", StringComparison.Ordinal) && !r.Pattern.Contains("{token}", StringComparison.Ordinal)))
        {
            using var answer = await stranger.Circle.Founder.RequestAsync(
                HttpMethod.Get, $"{stranger.Fill(route)}?familyId={house.Circle.Id}&accountId={house.Circle.Founder.AccountId}", body: null,
                ("X-Family-Id", house.Circle.Id.ToString()), ("X-Account-Id", house.Circle.Founder.AccountId.ToString()));
            Assert.True((int)answer.StatusCode < 500, route.ToString());
            var text = await answer.Content.ReadAsStringAsync();
            Assert.False(text.Contains(house.Circle.Id.ToString(), StringComparison.Ordinal) || text.Contains(house.Circle.Founder.Email, StringComparison.Ordinal), $"{route} answered {text}");
        }
    }

    private static async Task SameAsync(WholeHouse stranger, MappedRoute route, string foreign, string unknown)
    {
        var (one, other) = (await AnswerAsync(stranger, route, foreign), await AnswerAsync(stranger, route, unknown));
        Assert.True(one == other, $"{route}\n{foreign} answered\n{one}\nand {unknown}\n{other}");
        Assert.True(one[0] is '4' or '3', $"{route} answered {one}");
    }

    // Without what is another at every request: ids, which the request itself named, and tokens of forms.
    private static async Task<string> AnswerAsync(WholeHouse stranger, MappedRoute route, string path)
    {
        var fields = route.IsPage ? stranger.Fields(route) : [];
        if (route.IsPage && route.Method == "POST")
        {
            await stranger.Browser.OpenAsync("/account");
            fields["__RequestVerificationToken"] = stranger.Browser.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        }

        using var request = new HttpRequestMessage(new(route.Method), path);
        request.Content = route.Method is "GET" or "HEAD" ? null
            : route.IsPage ? new FormUrlEncodedContent(fields)
            : new StringContent(WholeHouse.Body(route), System.Text.Encoding.UTF8, "application/json");
        using var answer = await (route.IsPage ? stranger.Browser.Client : stranger.Circle.Founder.Client).SendAsync(request);
        var headers = answer.Headers.Where(h => h.Key is not ("Date" or "Set-Cookie")).Select(h => $"{h.Key}: {string.Join(',', h.Value)}").Order(StringComparer.Ordinal);
        return Varying().Replace($"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n{await answer.Content.ReadAsStringAsync()}", "·");
    }

    [GeneratedRegex("""[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|CfDJ8[A-Za-z0-9_-]+|"traceId":"[^"]*"|<bdi class="trace">[^<]*""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Varying();
}
