using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Devices;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Members;

/// <summary>A child whose profile is erased is kept nowhere: what happened in the family stays, without the name.</summary>
public sealed class ErasedChildTests(SharedServer shared) : IClassFixture<SharedServer>
{
    /// <summary>A name that stands nowhere else.</summary>
    private const string Name = "Zebulona";

    private const string Avatar = "fish";

    [Theory]
    [InlineData("home", "child", "relative", "teen")]
    [InlineData("chores", "child", null, "teen")]
    [InlineData("baby", "baby", "viewer", "viewer")]
    public async Task CHD_S03_Of_an_erased_child_no_name_picture_or_digits_are_left_anywhere(string kind, string role, string? seesChild, string grown)
    {
        using var circle = await Circle.StartAsync(shared.App, kind);
        var added = await circle.Founder.PostAsync($"{circle.Path}/members", new { name = Name, role, avatar = Avatar, birthYear = 2017, pin = Tablets.Pin }, HttpStatusCode.Created);
        var child = added.GetProperty("id").GetGuid();
        var hash = await shared.Database.ScalarAsync<string>($"SELECT pin_hash FROM members WHERE id = '{child}'");
        using var tablet = await circle.TabletAsync();
        await circle.InAsync(tablet, child, Tablets.Pin);
        await circle.Founder.PatchAsync($"{circle.Path}/members/{child}", new { name = $"{Name} Aasen" });
        await circle.InviteAsync(new { email = Circle.NewEmail("own"), name = $"{Name} herself", role = grown, memberId = child });
        if (kind == "chores")
        {
            await circle.Founder.PostAsync($"{circle.Path}/members/{child}/points", new { delta = 7, reason = $"{Name} helped" }, HttpStatusCode.OK);
        }
        else
        {
            await circle.InviteAsync(new { email = Circle.NewEmail("other"), role = seesChild, children = new[] { new { childId = child } } });
            var asker = await circle.SomebodyAsync("Asker");
            await asker.PostAsync("/api/access-requests", new { childId = child, message = "Please" }, HttpStatusCode.Accepted);
        }

        Assert.NotEmpty(await WhereAsync(Name));

        await circle.Founder.DeleteAsync($"{circle.Path}/members/{child}", HttpStatusCode.NoContent);

        Assert.Empty(await WhereAsync(Name));
        Assert.Empty(await WhereAsync(hash!));
        Assert.Equal(0L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE family_id = '{circle.Id}' AND (avatar = '{Avatar}' OR birth_year = 2017)"));
        Assert.DoesNotContain(Name, (await circle.Founder.GetAsync($"{circle.Path}/export")).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Name, shared.App.Logs.Text, StringComparison.Ordinal);

        // That a child was added, by whom, and erased again, is still told.
        var told = (await circle.Founder.GetAsync($"{circle.Path}/activity")).GetProperty("items").EnumerateArray()
            .Where(a => a.GetProperty("subject") is { ValueKind: System.Text.Json.JsonValueKind.Object } s && s.GetProperty("id").GetString() == child.ToString())
            .Select(a => $"{a.GetProperty("type").GetString()} {a.GetProperty("actor").GetProperty("name").GetString()}").ToList();
        Assert.Contains("child.added Ana Aasen", told);
        Assert.Contains("member.removed Ana Aasen", told);
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        await browser.OpenAsync($"/families/{circle.Id}/activity");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.DoesNotContain(Name, browser.Page.DocumentElement.TextContent, StringComparison.Ordinal);
    }

    /// <summary>The tables that have this text in any column.</summary>
    private async Task<IReadOnlyList<string>> WhereAsync(string text)
    {
        var tables = (await shared.Database.ScalarAsync<string[]>("SELECT array_agg(tablename::text) FROM pg_tables WHERE schemaname = 'public'"))!;
        var found = new List<string>();
        foreach (var table in tables)
        {
            if (await shared.Database.ScalarAsync<long>($"""SELECT count(*) FROM "{table}" t WHERE strpos(t::text, '{text}') > 0""") > 0)
            {
                found.Add(table);
            }
        }

        return found;
    }
}
