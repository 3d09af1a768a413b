using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Seeds;

/// <summary>What the document of the baby log left for later: asking to see a baby without an invitation, or by one that lets nobody in any more.</summary>
public sealed class Seed004BabyAskingTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Requests = "/api/access-requests";

    private KinviteApp App => shared.App;

    [Fact]
    public async Task Seed004_Baby_somebody_asks_for_a_baby_its_parents_hear_of_it_and_one_lets_them_in_until_a_day()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var (mia, noa) = (await BabyAsync(circle, "Mia"), await BabyAsync(circle, "Noa"));
        var (dad, other) = (await JoinedAsync(circle, "owner", One(mia), "Dad"), await JoinedAsync(circle, "owner", One(noa), "Other"));
        var per = await circle.SomebodyAsync("Per Dahl");
        var (before, others) = (App.Mailbox.To(dad.Email).Count, App.Mailbox.To(other.Email).Count);

        var request = (await per.PostAsync(Requests, new { childId = mia, message = "I live next door" }, HttpStatusCode.Accepted)).GetProperty("id").GetGuid();
        var mail = await App.Mailbox.WaitForAsync(dad.Email, before);
        Assert.Contains("I live next door", mail, StringComparison.Ordinal);
        var own = App.Mailbox.To(per.Email).Count;
        var end = App.Clock.GetUtcNow().AddDays(3);
        await dad.PostAsync($"{circle.Path}/access-requests/{request}/approve", new { role = "editor", children = new[] { new { childId = mia, permission = "view" } }, accessUntil = end }, HttpStatusCode.OK);

        Assert.Equal([(mia, "view")], await ChildrenAsync(circle, per));
        Assert.Equal(end, (await circle.Founder.GetAsync($"{circle.Path}/members/{await circle.MemberIdAsync(per)}")).GetProperty("accessUntil").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));
        await App.Mailbox.WaitForAsync(per.Email, own);
        Assert.Equal(others, App.Mailbox.To(other.Email).Count);
        Assert.Equal("approved", Text((await per.GetAsync(Requests)).GetProperty("items")[0], "status"));
    }

    [Fact]
    public async Task Seed004_Baby_a_no_rests_a_block_is_silent_and_a_question_can_be_taken_back()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var mia = await BabyAsync(circle, "Mia");
        var (per, pest) = (await circle.SomebodyAsync("Per"), await circle.SomebodyAsync("Pest"));

        var taken = await AskAsync(per, mia);
        await per.DeleteAsync($"{Requests}/{taken}", HttpStatusCode.NoContent);
        var second = await AskAsync(per, mia);
        await per.PostRefusedAsync(Requests, new { childId = mia }, 409, "request.pending");
        var mails = App.Mailbox.To(per.Email).Count;
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{second}/deny", null, HttpStatusCode.OK);
        await App.Mailbox.WaitForAsync(per.Email, mails);
        await per.PostRefusedAsync(Requests, new { childId = mia }, 429, "request.cool_down");

        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{await AskAsync(pest, mia)}/deny", new { block = true }, HttpStatusCode.OK);
        await AskAsync(pest, mia);
        Assert.Empty((await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Seed004_Baby_an_unknown_baby_answers_as_one_that_is_there()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var mia = await BabyAsync(circle, "Mia");
        var (one, other) = (await circle.SomebodyAsync("One"), await circle.SomebodyAsync("Other"));

        using var there = await one.RequestAsync(HttpMethod.Post, Requests, new { childId = mia });
        using var nowhere = await other.RequestAsync(HttpMethod.Post, Requests, new { childId = Guid.CreateVersion7() });

        Assert.Equal(there.StatusCode, nowhere.StatusCode);
        Assert.Equal((await there.Content.ReadAsStringAsync()).Length, (await nowhere.Content.ReadAsStringAsync()).Length);
        Assert.Equal(["pending"], (await other.GetAsync(Requests)).GetProperty("items").EnumerateArray().Select(r => Text(r, "status")));
        foreach (var name in new[] { "childId", "babyId" })
        {
            using var browser = await circle.BrowserOfAsync(other);
            await browser.OpenAsync($"/request-access?{name}={Guid.CreateVersion7()}");
            Assert.Equal(HttpStatusCode.OK, browser.Status);
            Assert.NotEmpty(browser.Page.QuerySelectorAll("form[action='/request-access'] textarea[name=message]"));
        }
    }

    [Fact]
    public async Task Seed004_Baby_a_link_that_is_over_or_anothers_turns_into_a_question_to_who_invited()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var (mia, noa) = (await BabyAsync(circle, "Mia"), await BabyAsync(circle, "Noa"));
        var dad = await JoinedAsync(circle, "owner", One(mia), "Dad");
        var grandma = await circle.SomebodyAsync("Grandma");
        var expired = await circle.InviteAsync(new { email = grandma.Email, role = "viewer", children = One(mia) }, dad);
        await shared.Database.ExecuteAsync($"UPDATE invitations SET expires_at = now() - interval '1 minute' WHERE id = '{expired.GetProperty("id")}'");
        await grandma.PostAsync($"/api/invites/{circle.Token(expired)}/ask", new { message = "It was over" }, HttpStatusCode.Accepted);
        await dad.PostAsync($"{circle.Path}/access-requests/{await WaitingAsync(circle, dad)}/approve", null, HttpStatusCode.OK);
        Assert.Equal([(mia, "view")], await ChildrenAsync(circle, grandma));

        // In the family and invited for another child, at another address: that is a question, too, and one of its own.
        var elsewhere = await circle.InviteAsync(new { email = Circle.NewEmail(), role = "editor", children = One(noa) });
        await grandma.PostAsync($"/api/invites/{circle.Token(elsewhere)}/ask", null, HttpStatusCode.Accepted);
        Assert.Empty((await dad.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").EnumerateArray());
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{await WaitingAsync(circle, circle.Founder)}/approve", null, HttpStatusCode.OK);
        Assert.Equal([(mia, "view"), (noa, "edit")], (await ChildrenAsync(circle, grandma)).OrderBy(c => c.Permission == "edit"));
        await grandma.PostRefusedAsync($"/api/invites/{circle.Token(expired)}/ask", null, 409, "request.member_already");
    }

    private static async Task<Guid> WaitingAsync(Circle circle, Person manager) =>
        Assert.Single((await manager.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").EnumerateArray()).GetProperty("id").GetGuid();

    private static async Task<Guid> AskAsync(Person person, Guid childId) => (await person.PostAsync(Requests, new { childId }, HttpStatusCode.Accepted)).GetProperty("id").GetGuid();

    private static async Task<IReadOnlyList<(Guid Child, string? Permission)>> ChildrenAsync(Circle circle, Person person) =>
        [.. (await person.GetAsync($"{circle.Path}/me")).GetProperty("children").EnumerateArray().Select(c => (c.GetProperty("childId").GetGuid(), Text(c, "permission"))).OrderBy(c => c.Item1)];

    private static async Task<Person> JoinedAsync(Circle circle, string role, object children, string name = "Olga Berg")
    {
        var person = await circle.SomebodyAsync(name);
        var invite = await circle.InviteAsync(new { email = person.Email, role, children });
        await person.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        return person;
    }

    private static async Task<Guid> BabyAsync(Circle circle, string name) =>
        (await circle.Founder.PostAsync($"{circle.Path}/members", new { name, role = "baby" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();

    private static object[] One(Guid child) => [new { childId = child }];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
