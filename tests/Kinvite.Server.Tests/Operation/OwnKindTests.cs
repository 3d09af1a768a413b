using System.Net;
using System.Text.RegularExpressions;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Operation;

/// <summary>The guide <c>docs/guides/add-a-kind.md</c>, followed to the letter on the built server: its own example is the file.</summary>
public sealed partial class OwnKindTests
{
    [Fact]
    public async Task An_operator_writes_a_seventh_kind_in_a_file_and_families_use_it_without_a_build()
    {
        using var scratch = new Scratch();
        var kinds = Directory.CreateDirectory(scratch.Below("kinds")).FullName;
        await File.WriteAllTextAsync(Path.Combine(kinds, "choir.json"), Example());
        await using var server = await ServerProcess.StartReadyAsync(scratch.Below("data"), [new("Kinvite__Kinds__Directory", kinds)]);
        using var conductor = new Person(server.Address, server.Mailbox);
        await conductor.SignInAsync("conny@example.org", "Conny");

        var offered = (await conductor.GetAsync("/api/families/kinds")).GetProperty("items").EnumerateArray().Select(k => k.GetProperty("key").GetString());
        Assert.Equal(["home", "vault", "chores", "team", "care", "baby", "choir"], offered);
        var family = await conductor.PostAsync("/api/families", new { name = "The Larks", kind = "choir" }, HttpStatusCode.Created);
        var path = $"/api/families/{family.GetProperty("id")}";
        var invite = (await conductor.PostAsync($"{path}/invites", new { invites = new[] { new { email = "lina@example.org", role = "librarian" } } }, HttpStatusCode.Created))
            .GetProperty("items")[0].GetProperty("invite");
        Assert.Equal(("edit", 21d), (
            invite.GetProperty("permission").GetString(),
            (invite.GetProperty("expiresAt").GetDateTimeOffset() - invite.GetProperty("createdAt").GetDateTimeOffset()).TotalDays));
        await conductor.PostAsync($"{path}/members", new { name = "Jo", role = "junior" }, HttpStatusCode.Created);

        using var librarian = new Person(server.Address, server.Mailbox);
        var mail = await server.Mailbox.WaitForAsync("lina@example.org");
        await librarian.SignInAsync("lina@example.org", "Lina");
        var token = DevelopmentMailbox.LinkIn(mail).AbsolutePath.Split('/')[^1];
        await librarian.PostAsync($"/api/invites/{token}/accept", null, HttpStatusCode.OK);
        Assert.True((await librarian.PostAsync($"{path}/check", new { capability = "scores.print" }, HttpStatusCode.OK)).GetProperty("allowed").GetBoolean());
        Assert.False((await librarian.PostAsync($"{path}/check", new { capability = "members.manage" }, HttpStatusCode.OK)).GetProperty("allowed").GetBoolean());
        await librarian.PostAsync($"{path}/invites", new { invites = new[] { new { email = "sam@example.org" } } }, HttpStatusCode.Created);
        using var page = await conductor.Client.GetAsync("/welcome");
        Assert.DoesNotContain("kind-choir.svg", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_kind_that_a_family_uses_the_server_says_which_and_does_not_start()
    {
        using var scratch = new Scratch();
        var kinds = Directory.CreateDirectory(scratch.Below("kinds")).FullName;
        await File.WriteAllTextAsync(Path.Combine(kinds, "choir.json"), Example());
        await using (var server = await ServerProcess.StartReadyAsync(scratch.Below("data"), [new("Kinvite__Kinds__Directory", kinds)]))
        {
            using var conductor = new Person(server.Address, server.Mailbox);
            await conductor.SignInAsync("conny@example.org");
            await conductor.PostAsync("/api/families", new { name = "The Larks", kind = "choir" }, HttpStatusCode.Created);
        }

        await using var without = ServerProcess.Start(scratch.Below("data"));

        Assert.Equal(1, await without.ExitAsync());
        Assert.Contains("choir", Assert.Single(without.Errors), StringComparison.Ordinal);
    }

    private static string Example() => Fenced().Match(File.ReadAllText(Repository.Below("docs/guides/add-a-kind.md"))).Groups["json"].Value;

    [GeneratedRegex("```json\n(?<json>.*?)\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fenced();
}
