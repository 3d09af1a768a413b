using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Security;

/// <summary>One child with everything that can be about it, each under a name that stands nowhere else.</summary>
internal sealed class Corner : IDisposable
{
    /// <summary>The child's name, part of every name around it.</summary>
    public required string Word { get; init; }

    public required Guid Child { get; init; }

    /// <summary>Who sees this child and no other.</summary>
    public required Person Reader { get; init; }

    public required Guid ReaderId { get; init; }

    /// <summary>The same person at a browser.</summary>
    public required Browser Browser { get; init; }

    /// <summary>Things about this child, by what they are.</summary>
    public Dictionary<string, Guid> Ids { get; } = new(StringComparer.Ordinal);

    /// <summary>What nobody may read who does not see this child.</summary>
    public IEnumerable<string> Secrets => Ids.Values.Select(id => id.ToString()).Append(Word);

    public void Dispose() => Browser.Dispose();
}

/// <summary>A family in which everybody but its owner sees one child: its corners are to know nothing of each other.</summary>
internal sealed class Nursery : IDisposable
{
    private readonly TestDatabase database;
    private readonly List<Corner> corners = [];

    private Nursery(TestDatabase database, Circle circle) => (this.database, Circle) = (database, circle);

    public Circle Circle { get; }

    public IReadOnlyList<Corner> Corners => corners;

    private string ChildRole { get; init; } = "baby";

    public static async Task<Nursery> StartAsync(SharedServer shared, string kind = "baby") =>
        new(shared.Database, await Circle.StartAsync(shared.App, kind, "The Aasens")) { ChildRole = kind == "baby" ? "baby" : "child" };

    /// <summary>A child and who sees it alone.</summary>
    public async Task<Corner> AddAsync(string word, string role)
    {
        var child = (await Circle.Founder.PostAsync($"{Circle.Path}/members", new { name = word, role = ChildRole }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        var reader = await JoinedAsync($"Reader {word}", role, child);
        var corner = new Corner { Word = word, Child = child, Reader = reader, ReaderId = await Circle.MemberIdAsync(reader), Browser = await Circle.BrowserOfAsync(reader) };
        (corner.Ids["child"], corner.Ids["reader"], corner.Ids["readerAccount"]) = (child, corner.ReaderId, reader.AccountId);
        corners.Add(corner);
        return corner;
    }

    /// <summary>Everything that can come to be about a child, by its owner.</summary>
    /// <param name="corner">The child.</param>
    /// <param name="low">A role of the kind that sees.</param>
    /// <param name="high">One that may invite.</param>
    public async Task FurnishAsync(Corner corner, string low, string high)
    {
        var (word, child, ids) = (corner.Word, corner.Child, corner.Ids);
        var aunt = await JoinedAsync($"Aunt {word}", low, child);
        (ids["aunt"], ids["auntAccount"]) = (await Circle.MemberIdAsync(aunt), aunt.AccountId);
        await Circle.Founder.PatchAsync($"{Circle.Path}/members/{ids["aunt"]}", new { accessUntil = Circle.App.Clock.GetUtcNow().AddDays(20) });
        var former = await JoinedAsync($"Former {word}", high, child);
        ids["former"] = await Circle.MemberIdAsync(former);
        ids["formersGuest"] = Id(await Circle.InviteAsync(Entry($"Hers {word}", low, child), former));
        await Circle.Founder.DeleteAsync($"{Circle.Path}/members/{ids["former"]}", HttpStatusCode.NoContent);
        var partner = await JoinedAsync($"Partner {word}", high, child);
        (ids["partner"], ids["partnerAccount"]) = (await Circle.MemberIdAsync(partner), partner.AccountId);
        ids["partnersGuest"] = Id(await Circle.InviteAsync(Entry($"Theirs {word}", low, child), partner));

        ids["waiting"] = Id(await InviteAsync($"Waiting {word}", low, child));
        ids["revoked"] = Id(await InviteAsync($"Revoked {word}", low, child));
        await Circle.Founder.DeleteAsync($"{Circle.Invites}/{ids["revoked"]}", HttpStatusCode.OK);
        ids["declined"] = Id(await InviteAsync($"Declined {word}", low, child));
        await Circle.Stranger().PostAsync($"/api/invites/{Circle.Token(ids["declined"])}/decline", null, HttpStatusCode.OK);
        ids["expired"] = Id(await InviteAsync($"Expired {word}", low, child));
        await database.ExecuteAsync($"UPDATE invitations SET status = 4, ended_at = expires_at WHERE id = '{ids["expired"]}'");
        ids["overdue"] = Id(await InviteAsync($"Overdue {word}", low, child));
        await database.ExecuteAsync($"UPDATE invitations SET expires_at = now() - interval '1 hour' WHERE id = '{ids["overdue"]}'");

        await AskAsync(corner, "asker", new { childId = child, message = $"Please, {word}" });
        await AskAsync(corner, "denied", new { childId = child, message = $"Do let me, {word}" });
        await Circle.Founder.PostAsync($"{Circle.Path}/access-requests/{ids["denied"]}/deny", new { block = true }, HttpStatusCode.OK);
        await AskAsync(corner, "withdrawn", new { childId = child, message = $"Or not, {word}" });
        await AskAsync(corner, "approved", new { childId = child, message = $"I may, {word}" });
        await Circle.Founder.PostAsync($"{Circle.Path}/access-requests/{ids["approved"]}/approve", null, HttpStatusCode.OK);
        var wrong = await Circle.SomebodyAsync($"Wrong {word}", Circle.NewEmail($"wrong-{word}"));
        ids["wrongAccount"] = wrong.AccountId;
        await wrong.PostAsync($"/api/invites/{Circle.Token(ids["waiting"])}/ask", new { message = $"Another address, {word}" }, HttpStatusCode.Accepted);
        ids["wrong"] = await database.ScalarAsync<Guid>($"SELECT id FROM access_requests WHERE account_id = '{wrong.AccountId}'");
    }

    /// <summary>Somebody who sees two children, and what waits for two: everybody else sees half of the first, and none of the second.</summary>
    public async Task PairAsync(Corner one, Corner other, string role)
    {
        var word = $"{one.Word}{other.Word}";
        other.Ids[$"pair {word}"] = Id(await InviteAsync($"Pair {word}", role, one.Child, other.Child));
        other.Ids[$"accepted {word}"] = await AcceptedAsync("Bothina", role, one.Child, other.Child);
    }

    public Task<JsonElement> InviteAsync(string name, string role, params Guid[] children) => Circle.InviteAsync(Entry(name, role, children));

    /// <summary>Somebody who was invited for these children and came; answers with the person.</summary>
    public async Task<Person> JoinedAsync(string name, string role, params Guid[] children)
    {
        var person = await Circle.SomebodyAsync(name, Circle.NewEmail(name.Replace(' ', '-')));
        var invite = await Circle.InviteAsync(new { email = person.Email, role, children = children.Select(c => new { childId = c }) });
        await person.PostAsync($"/api/invites/{Circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        return person;
    }

    public void Dispose()
    {
        corners.ForEach(c => c.Dispose());
        Circle.Dispose();
    }

    private async Task<Guid> AcceptedAsync(string name, string role, params Guid[] children)
    {
        var person = await Circle.SomebodyAsync(name, Circle.NewEmail(name.Replace(' ', '-')));
        var invite = await Circle.InviteAsync(new { email = person.Email, role, children = children.Select(c => new { childId = c }) });
        await person.PostAsync($"/api/invites/{Circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        return Id(invite);
    }

    private async Task AskAsync(Corner corner, string who, object body)
    {
        var person = await Circle.SomebodyAsync($"{who} {corner.Word}", Circle.NewEmail($"{who}-{corner.Word}"));
        corner.Ids[who] = (await person.PostAsync("/api/access-requests", body, HttpStatusCode.Accepted)).GetProperty("id").GetGuid();
        corner.Ids[$"{who}Account"] = person.AccountId;
        if (who == "withdrawn")
        {
            await person.DeleteAsync($"/api/access-requests/{corner.Ids[who]}", HttpStatusCode.NoContent);
        }
    }

    private static object Entry(string name, string role, params Guid[] children) =>
        new { email = Circle.NewEmail(name.Replace(' ', '-')), name, role, children = children.Select(c => new { childId = c }) };

    private static Guid Id(JsonElement invite) => invite.GetProperty("id").GetGuid();
}
