using System.Text;
using System.Text.RegularExpressions;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Security;

/// <summary>Who sees one child finds nothing of another: not on any route that the running application has, in no mail, count or refusal.</summary>
public sealed partial class ChildScopeTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly string[] Queries =
    [
        "/members?limit=1", "/invites?status=all", "/invites?status=expired", "/invites?status=declined", "/access-requests?status=all", "/access-requests?status=denied", "/activity?limit=100",
        "/activity?memberId={own}", "/activity?memberId={other}",
    ];

    public static TheoryData<string, string, string, string> Kinds => new() { { "baby", "editor", "viewer", "owner" }, { "home", "caregiver", "relative", "co-parent" } };

    // The figures at /metrics are the whole server's, for whoever runs it.
    private IEnumerable<MappedRoute> Reads => MappedRoute.All(shared.App).Where(r =>
        r.Method == "GET" && r.Pattern != "/metrics" && !r.Pattern.StartsWith("/dev/", StringComparison.Ordinal) && !r.Pattern.StartsWith("/openapi/", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task No_page_list_file_or_mail_says_anything_of_a_child_that_one_does_not_see(string kind, string edit, string view, string admin)
    {
        using var nursery = await Nursery.StartAsync(shared, kind);
        var (one, two, three) = (await nursery.AddAsync("Quillabet", edit), await nursery.AddAsync("Zorandra", view), await nursery.AddAsync("Wexildis", admin));
        foreach (var corner in nursery.Corners)
        {
            await nursery.FurnishAsync(corner, view, admin);
        }

        await nursery.PairAsync(one, two, view);
        await nursery.PairAsync(two, three, admin);
        await nursery.PairAsync(three, one, edit);
        await RestAsync();

        var read = 0;
        foreach (var (reader, other) in from reader in nursery.Corners from other in nursery.Corners where other != reader select (reader, other))
        {
            foreach (var address in Addresses(nursery, reader, other).Distinct(StringComparer.Ordinal))
            {
                var answer = await AnswerAsync(reader, HttpMethod.Get, address, body: null);
                foreach (var secret in other.Secrets.Where(s => !address.Contains(s, StringComparison.OrdinalIgnoreCase)))
                {
                    Assert.False(answer.Contains(secret, StringComparison.OrdinalIgnoreCase), $"Who sees {reader.Word} reads \"{secret}\" of {other.Word} ({NameOf(other, secret)}) at {address}:\n{answer}");
                }

                read++;
            }

            foreach (var mail in shared.App.Mailbox.To(reader.Reader.Email))
            {
                var text = mail.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=\n", "", StringComparison.Ordinal);
                Assert.DoesNotContain(other.Secrets, s => text.Contains(s, StringComparison.OrdinalIgnoreCase));
            }
        }

        Assert.InRange(read, 600, 5000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Whatever_happens_around_other_children_nothing_one_can_open_is_different_afterwards(string kind, string edit, string view, string admin)
    {
        using var nursery = await Nursery.StartAsync(shared, kind);
        var own = await nursery.AddAsync("Quillabet", edit);
        await nursery.FurnishAsync(own, view, admin);
        var (below, above) = (await SharedAsync(nursery, own, view), await SharedAsync(nursery, own, admin));
        await RestAsync();
        var readers = new[] { own, below, above };
        var before = new List<Dictionary<string, string>>();
        foreach (var reader in readers)
        {
            before.Add(await ReadAllAsync(nursery, reader));
        }

        foreach (var word in new[] { "Zorandra", "Wexildis" })
        {
            await nursery.FurnishAsync(await nursery.AddAsync(word, admin), view, admin);
        }

        await nursery.InviteAsync("Pair", view, own.Child, nursery.Corners[^1].Child);
        await RestAsync();

        for (var i = 0; i < readers.Length; i++)
        {
            foreach (var (address, answer) in await ReadAllAsync(nursery, readers[i]))
            {
                Assert.True(before[i][address] == answer, $"{address} was\n{before[i][address]}\nand is now\n{answer}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Named_by_its_id_another_child_and_all_about_it_is_as_one_that_never_was(string kind, string edit, string view, string admin)
    {
        using var nursery = await Nursery.StartAsync(shared, kind);
        var (one, two, three) = (await nursery.AddAsync("Quillabet", edit), await nursery.AddAsync("Zorandra", view), await nursery.AddAsync("Wexildis", admin));
        await nursery.FurnishAsync(one, view, admin);
        await RestAsync();

        var tried = 0;
        foreach (var reader in new[] { two, three })
        {
            foreach (var route in MappedRoute.All(shared.App).Where(r => r.Pattern.Contains("/families/{familyId:guid}/", StringComparison.Ordinal) && r.Pattern.Count(c => c == '{') > 1))
            {
                foreach (var foreign in one.Ids.Values.Distinct())
                {
                    var unknown = Guid.CreateVersion7(shared.App.Clock.GetUtcNow());
                    var (there, nowhere) = (Fill(route, nursery, foreign), Fill(route, nursery, unknown));
                    var (first, second) = (await AnswerAsync(reader, new(route.Method), there, WholeHouse.Body(route)), await AnswerAsync(reader, new(route.Method), nowhere, WholeHouse.Body(route)));
                    Assert.True(first == second, $"To who sees {reader.Word}, {route} with the {NameOf(one, foreign.ToString())} of {one.Word} answered\n{first}\nand with an unknown id\n{second}");
                    tried++;
                }
            }

            foreach (var (method, path, body) in Bodies(nursery, reader))
            {
                foreach (var foreign in new[] { one.Child, one.ReaderId, one.Ids["aunt"] })
                {
                    var (first, second) = (await FilledAsync(foreign), await FilledAsync(Guid.CreateVersion7(shared.App.Clock.GetUtcNow())));
                    Assert.True(first == second, $"To who sees {reader.Word}, {method} {path} {body} with an id of {one.Word} answered\n{first}\nand with an unknown one\n{second}");
                    tried++;
                }

                Task<string> FilledAsync(Guid id) => AnswerAsync(reader, new(method), path.Replace("{id}", id.ToString(), StringComparison.Ordinal), body.Replace("{id}", id.ToString(), StringComparison.Ordinal));
            }
        }

        Assert.InRange(tried, 500, 10000);
        Assert.Equal("pending", (await nursery.Circle.Founder.GetAsync($"{nursery.Circle.Invites}/{one.Ids["waiting"]}")).GetProperty("status").GetString());
    }

    // What a body can name, at every place that takes an id.
    private static IEnumerable<(string Method, string Path, string Body)> Bodies(Nursery nursery, Corner reader)
    {
        var (path, invites) = (nursery.Circle.Path, nursery.Circle.Invites);
        foreach (var capability in new[] { "family.view", "children.edit", "invites.manage", "no.such" })
        {
            yield return ("POST", $"{path}/check", $$"""{"capability":"{{capability}}","childId":"{id}"}""");
        }

        yield return ("POST", invites, """{"invites":[{"email":"new@example.org","children":[{"childId":"{id}"}]}]}""");
        yield return ("POST", invites, $$"""{"invites":[{"email":"new@example.org","children":[{"childId":"{id}"},{"childId":"{{reader.Child}}"}]}]}""");
        yield return ("POST", invites, $$"""{"invites":[{"email":"new@example.org","memberId":"{id}","children":[{"childId":"{{reader.Child}}"}]}]}""");
        yield return ("PATCH", $"{path}/members/{reader.ReaderId}", """{"children":[{"childId":"{id}"}]}""");
        yield return ("POST", $"{path}/owner", """{"memberId":"{id}"}""");
        if (reader.Ids.TryGetValue("asker", out var request))
        {
            yield return ("POST", $"{path}/access-requests/{request}/approve", """{"children":[{"childId":"{id}"}]}""");
        }

        yield return ("GET", $"{path}/activity?memberId={{id}}", "");
        yield return ("GET", "/request-access?childId={id}", "");
        yield return ("GET", "/request-access?babyId={id}", "");
        yield return ("GET", "/request-access?familyId={id}", "");
    }

    // Somebody else who sees the same child, with a corner of their own to look from.
    private static async Task<Corner> SharedAsync(Nursery nursery, Corner corner, string role)
    {
        var reader = await nursery.JoinedAsync($"Other {corner.Word}", role, corner.Child);
        var other = new Corner
        {
            Word = corner.Word,
            Child = corner.Child,
            Reader = reader,
            ReaderId = await nursery.Circle.MemberIdAsync(reader),
            Browser = await Pages.SigningInByPage.BrowserOfAsync(nursery.Circle, reader),
        };
        foreach (var (what, id) in corner.Ids)
        {
            other.Ids[what] = id;
        }

        return other;
    }

    private async Task<Dictionary<string, string>> ReadAllAsync(Nursery nursery, Corner reader)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var address in Addresses(nursery, reader, reader).Distinct(StringComparer.Ordinal))
        {
            all[address] = await AnswerAsync(reader, HttpMethod.Get, address, body: null);
        }

        return all;
    }

    // Every address that can be opened, about oneself and about everything that the other corner has.
    private IEnumerable<string> Addresses(Nursery nursery, Corner reader, Corner other)
    {
        foreach (var route in Reads)
        {
            if (!route.Pattern.Contains('{', StringComparison.Ordinal))
            {
                yield return route.Pattern;
            }

            foreach (var id in other.Ids.Values.Append(reader.ReaderId).Append(reader.Child))
            {
                yield return Fill(route, nursery, id);
            }
        }

        foreach (var query in Queries)
        {
            yield return nursery.Circle.Path + query.Replace("{own}", reader.Child.ToString(), StringComparison.Ordinal).Replace("{other}", other.Ids["aunt"].ToString(), StringComparison.Ordinal);
        }

        foreach (var name in new[] { "childId", "babyId", "familyId" })
        {
            yield return $"/request-access?{name}={other.Child}";
        }
    }

    private string Fill(MappedRoute route, Nursery nursery, Guid id) => route.Fill(parameter => parameter switch
    {
        "familyId" => nursery.Circle.Id,
        "token" or "challenge" or "digits" => "x",
        "file" => "kinvite.css",
        _ => id,
    });

    // Without what is another at every request: the tokens of forms, and ids that the request itself named.
    private static async Task<string> AnswerAsync(Corner reader, HttpMethod method, string address, string? body)
    {
        var isPage = !address.StartsWith("/api/", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(method, address);
        request.Content = method == HttpMethod.Get ? null
            : isPage ? new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = await TokenAsync(reader) })
            : new StringContent(body!, Encoding.UTF8, "application/json");
        using var answer = await (isPage ? reader.Browser.Client : reader.Reader.Client).SendAsync(request);
        Assert.True((int)answer.StatusCode < 500, $"{method} {address} answered {(int)answer.StatusCode}");
        var headers = answer.Headers.Where(h => h.Key is not ("Date" or "Set-Cookie" or "RateLimit")).Select(h => $"{h.Key}: {string.Join(',', h.Value)}").Order(StringComparer.Ordinal);
        var text = await answer.Content.ReadAsStringAsync();
        foreach (Match named in Uuid().Matches(address + body))
        {
            text = text.Replace(named.Value, "·", StringComparison.OrdinalIgnoreCase);
        }

        return Varying().Replace($"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n{text}", "·");
    }

    private static async Task<string> TokenAsync(Corner reader)
    {
        await reader.Browser.OpenAsync("/account");
        return reader.Browser.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
    }

    private async Task RestAsync()
    {
        for (var tries = 0; await shared.Database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE done_at IS NULL") > 0; tries++)
        {
            Assert.True(tries < 400, "The mails never went out.");
            await Task.Delay(50);
        }
    }

    private static string NameOf(Corner corner, string secret) => corner.Ids.FirstOrDefault(i => i.Value.ToString() == secret).Key ?? "name";

    [GeneratedRegex("""CfDJ8[A-Za-z0-9_-]+|"traceId":"[^"]*"|<bdi class="trace">[^<]*|<time [^>]*>[^<]*</time>|"(?:lastSeenAt|exportedAt)":"[^"]*"|·""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Varying();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Uuid();
}
