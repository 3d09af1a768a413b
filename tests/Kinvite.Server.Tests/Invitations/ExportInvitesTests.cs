using System.Net;
using System.Text;
using Kinvite.Harness;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Links;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>The family's invitations as a file: what the list shows, nothing secret, and nothing that a spreadsheet would run.</summary>
public sealed class ExportInvitesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Header =
        "email,phone,name,role,permission,children,accessUntil,language,status,delivery,seenAt,invitedBy,createdAt,expiresAt,acceptedAt,acceptedBy";

    [Fact]
    public async Task PRV_S03_What_begins_like_a_formula_is_a_text()
    {
        using var circle = await Circle.StartAsync(shared.App, founder: "=Ana");
        await circle.InviteAsync(new { email = "=cmd@example.org", name = "=HYPERLINK(A1)" });
        await circle.InviteAsync(new { email = "+1@example.org", name = "-1" });
        await circle.InviteAsync(new { email = "olga@example.org", name = "@x, \"y\"" });

        var lines = (await FileAsync(circle)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(4, lines.Length);
        Assert.StartsWith("olga@example.org,,\"'@x, \"\"y\"\"\",relative,view,,,en,pending,", lines[1], StringComparison.Ordinal);
        Assert.Contains(",'=Ana,20", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("'+1@example.org,,'-1,relative,", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("'=cmd@example.org,,'=HYPERLINK(A1),relative,", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_what_the_list_says_and_holds_no_secret()
    {
        using var circle = await Circle.StartAsync(shared.App);
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var olga = await circle.MemberAsync("co-parent", "Olga Berg");
        var scoped = await circle.InviteAsync(new { email = Circle.NewEmail(), role = "caregiver", children = new[] { new { childId = mia } }, accessUntil = "2027-02-03T04:05:06Z" });
        var text = await FileAsync(circle);
        var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(Header, lines[0]);
        Assert.Contains(",caregiver,edit,Mia,2027-02-03T04:05:06Z,en,pending,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"{olga.Email},,,co-parent,admin,,,en,accepted,", lines[2], StringComparison.Ordinal);
        Assert.EndsWith(",Olga Berg", lines[2], StringComparison.Ordinal);
        Assert.All(new[] { LinkKind.Mailed, LinkKind.Copied }, kind => Assert.DoesNotContain(circle.Token(scoped, kind), text, StringComparison.Ordinal));
        Assert.DoesNotContain("http", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_exported_can_be_imported()
    {
        using var circle = await Circle.StartAsync(shared.App);
        await circle.InviteAsync(new { email = "+plus@example.org", name = "Olga \"Oli\", Berg", role = "caregiver", locale = "es", accessUntil = "2027-02-03T04:05:06Z" });
        await circle.InviteAsync(new { phone = "+45 20 77 66 55", role = "relative" });
        using var answer = await circle.Founder.RequestAsync(HttpMethod.Get, $"{circle.Path}/invites.csv");

        var rows = CsvImport.Read(
            await answer.Content.ReadAsByteArrayAsync(), shared.App.Services.GetRequiredService<FamilyKinds>().TryFind("home")!, _ => true, "UTC", shared.App.Clock.GetUtcNow()).Rows;

        Assert.All(rows, r => Assert.Empty(r.Faults));
        Assert.Equal(new InviteEntry(Phone: "+4520776655", Role: "relative", Locale: "en"), rows[0].Entry);
        Assert.Equal(
            new InviteEntry("+plus@example.org", Name: "Olga \"Oli\", Berg", Role: "caregiver", Locale: "es", AccessUntil: new(2027, 2, 3, 4, 5, 6, TimeSpan.Zero)), rows[1].Entry);
    }

    [Fact]
    public async Task It_is_for_those_who_may_manage_invitations()
    {
        using var circle = await Circle.StartAsync(shared.App);
        await (await circle.MemberAsync("relative")).GetRefusedAsync($"{circle.Path}/invites.csv", 403, "rights.missing");
        await (await circle.SomebodyAsync()).GetRefusedAsync($"{circle.Path}/invites.csv", 404, "not_found");
        await circle.Stranger().GetRefusedAsync($"{circle.Path}/invites.csv", 401, "auth.required");
    }

    private static async Task<string> FileAsync(Circle circle)
    {
        using var answer = await circle.Founder.RequestAsync(HttpMethod.Get, $"{circle.Path}/invites.csv");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("invitations.csv", answer.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(Encoding.UTF8.Preamble.ToArray(), bytes[..3]);
        return Encoding.UTF8.GetString(bytes[3..]);
    }
}
