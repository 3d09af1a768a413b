using System.Net;
using System.Text;
using Kinvite.Harness;
using Kinvite.Links;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Pages;

/// <summary>Inviting through the pages, without scripts.</summary>
public sealed class InvitingPagesTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private KinviteApp App => shared.Server;

    [Fact]
    public async Task Of_many_the_refused_ones_stay_in_the_form_with_their_names_and_each_says_what_became_of_it()
    {
        using var circle = await Circle.StartAsync(App, "care");
        var (first, second) = (Circle.NewEmail("first"), Circle.NewEmail("second"));
        await circle.InviteAsync(new { email = first });
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        var page = $"/families/{circle.Id}/invitations";
        await browser.OpenAsync(page);
        await browser.SendAsync(page, ("emails", $"\"Berg, Eva\" <{first}>; Nils <{second}>"));

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal($"\"Berg, Eva\" <{first}>", browser.Page.QuerySelector("#emails")!.TextContent.Trim());
        var rows = browser.Page.QuerySelectorAll(".outcomes li").Select(r => r.TextContent).ToList();
        Assert.Contains("Not invited", rows[0], StringComparison.Ordinal);
        Assert.Contains("invited already", rows[0], StringComparison.Ordinal);
        Assert.Contains(second, rows[1], StringComparison.Ordinal);
        var waiting = (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items");
        Assert.Equal([second, first], waiting.EnumerateArray().Select(i => i.GetProperty("email").GetString()));
        Assert.Equal("Nils", waiting[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_link_is_for_somebody_without_address_even_where_one_was_typed_before()
    {
        using var circle = await Circle.StartAsync(App);
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        var page = $"/families/{circle.Id}/invitations";
        await browser.OpenAsync(page);
        Assert.NotNull(browser.Page.QuerySelector("input[value=phone]:not([disabled])"));
        await browser.SendAsync(page, ("by", "link"), ("emails", "somebody.else@example.org"), ("name", "Nils"));

        Assert.EndsWith("/link", browser.SeeOther, StringComparison.Ordinal);
        var made = (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items")[0];
        Assert.Equal("none", made.GetProperty("channel").GetString());
        Assert.Equal("Nils", made.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_changed_address_gets_a_mail_and_ends_the_link_before_and_what_was_not_touched_stays()
    {
        using var circle = await Circle.StartAsync(App);
        var (wrong, right) = (Circle.NewEmail("wrong"), Circle.NewEmail("right"));
        var invite = await circle.InviteAsync(new { email = wrong, name = "Nils", role = "grandparent", accessUntil = "2036-05-05T12:00:00Z" });
        var id = invite.GetProperty("id").GetGuid();
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        var page = $"/families/{circle.Id}/invitations/{id}/change";
        await browser.OpenAsync(page);
        Assert.Equal(wrong, browser.Page.QuerySelector("#email")!.GetAttribute("value"));
        Assert.Equal("2036-05-05", browser.Page.QuerySelector("#accessUntil")!.GetAttribute("value"));
        await browser.SendAsync(page, ("email", right));
        await browser.FollowAsync();

        Assert.Contains($"on its way to {right}", browser.Text, StringComparison.Ordinal);
        var changed = await circle.Founder.GetAsync($"{circle.Invites}/{id}");
        Assert.Equal(right, changed.GetProperty("email").GetString());
        Assert.Equal("grandparent", changed.GetProperty("role").GetString());
        Assert.Equal("2036-05-05T12:00:00Z", changed.GetProperty("accessUntil").GetString());
        Assert.Equal("invite.replaced", (await circle.Stranger().GetAsync($"/api/invites/{circle.Token(id)}", HttpStatusCode.Gone)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_change_that_is_refused_says_so_at_its_field_and_one_that_came_too_late_is_a_page_that_says_it_is_over()
    {
        using var circle = await Circle.StartAsync(App, "care");
        var (one, other) = (Circle.NewEmail("one"), Circle.NewEmail("other"));
        var id = (await circle.InviteAsync(new { email = one })).GetProperty("id").GetGuid();
        await circle.InviteAsync(new { email = other });
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        var page = $"/families/{circle.Id}/invitations/{id}/change";
        await browser.OpenAsync(page);
        await browser.SendAsync(page, ("email", other), ("name", "Typed"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("invited already", browser.Page.GetElementById("email-fault")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Typed", browser.Page.QuerySelector("#name")!.GetAttribute("value"));

        await circle.Founder.DeleteAsync($"{circle.Invites}/{id}", HttpStatusCode.OK);
        await browser.SendAsync(page, ("email", one));
        Assert.Equal(HttpStatusCode.Gone, browser.Status);
    }

    [Fact]
    public async Task Nobody_changes_or_imports_who_may_not_invite()
    {
        using var circle = await Circle.StartAsync(App);
        var id = (await circle.InviteAsync(new { email = Circle.NewEmail() })).GetProperty("id").GetGuid();
        foreach (var (person, status) in new[] { (await circle.MemberAsync("relative"), HttpStatusCode.Forbidden), (await circle.SomebodyAsync(), HttpStatusCode.NotFound) })
        {
            using var browser = await circle.BrowserOfAsync(person);
            foreach (var path in new[] { $"{id}/change", "import" })
            {
                await browser.OpenAsync($"/families/{circle.Id}/invitations/{path}");
                Assert.Equal(status, browser.Status);
            }
        }
    }

    [Fact]
    public async Task An_ended_invitation_fills_the_form_and_sends_nothing_by_itself()
    {
        using var circle = await Circle.StartAsync(App);
        var email = Circle.NewEmail("again");
        var id = (await circle.InviteAsync(new { email, name = "Nils", role = "teen" })).GetProperty("id").GetGuid();
        await circle.Founder.DeleteAsync($"{circle.Invites}/{id}", HttpStatusCode.OK);
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        await browser.OpenAsync($"/families/{circle.Id}/invitations");
        await browser.OpenAsync(browser.Page.QuerySelector(".earlier a")!.GetAttribute("href")!.Split('#')[0]);

        Assert.Equal(email, browser.Page.QuerySelector("#emails")!.TextContent.Trim());
        Assert.Equal("Nils", browser.Page.QuerySelector("#name")!.GetAttribute("value"));
        Assert.NotNull(browser.Page.QuerySelector("input[name=role][value=teen][checked]"));
        Assert.Empty((await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_child_is_invited_to_an_account_of_its_own()
    {
        using var circle = await Circle.StartAsync(App);
        var emma = (await circle.Founder.PostAsync($"{circle.Path}/members", new { name = "Emma", role = "child" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        var page = $"/families/{circle.Id}/invitations";
        await browser.OpenAsync($"{page}?for={emma}");
        Assert.Equal(emma.ToString(), browser.Page.QuerySelector("#memberId option[selected]")!.GetAttribute("value"));
        await browser.SendAsync(page, ("emails", $"{Circle.NewEmail()}\n{Circle.NewEmail()}"), ("name", ""), ("memberId", emma.ToString()), ("role", "teen"));
        Assert.NotNull(browser.Page.GetElementById("memberId-fault"));

        await browser.SendAsync(page, ("emails", Circle.NewEmail("emma")), ("memberId", emma.ToString()), ("role", "teen"));
        await browser.FollowAsync();
        Assert.Contains("with the profile of Emma", browser.Text, StringComparison.Ordinal);
        Assert.Equal(emma, (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items")[0].GetProperty("memberId").GetGuid());
    }

    [Fact]
    public async Task A_file_is_looked_over_first_and_then_invites_those_who_are_right()
    {
        using var circle = await Circle.StartAsync(App);
        var (tor, mia) = (Circle.NewEmail("tor"), Circle.NewEmail("mia"));
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        var page = $"/families/{circle.Id}/invitations/import";
        await browser.OpenAsync(page);
        await UploadAsync(browser, page, $"email,name,role,hat\n{tor},\"Tor, the \"\"tall\"\"\",Grandparent,7\nnot an address,Liv,,\n{mia},'=Mia,,\n");

        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Equal(3, browser.Page.QuerySelectorAll(".rows li").Length);
        Assert.Contains("2 of 3", browser.Text, StringComparison.Ordinal);
        Assert.Contains("hat", browser.Page.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        Assert.Empty((await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").EnumerateArray());

        await browser.SendAsync(page + "/send", ("role", "caregiver"));
        await browser.FollowAsync();
        var made = (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").EnumerateArray().ToDictionary(i => i.GetProperty("email").GetString()!);
        Assert.Equal(["caregiver", "grandparent"], new[] { made[mia], made[tor] }.Select(i => i.GetProperty("role").GetString()));
        Assert.Equal("Tor, the \"tall\"", made[tor].GetProperty("name").GetString());
        Assert.Equal("=Mia", made[mia].GetProperty("name").GetString());
    }

    [Fact]
    public async Task What_comes_back_from_the_second_step_is_checked_like_a_file_and_nothing_goes_out_without_its_form()
    {
        using var circle = await Circle.StartAsync(App);
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        var page = $"/families/{circle.Id}/invitations/import";
        await browser.OpenAsync(page);
        await UploadAsync(browser, page, $"email\n{Circle.NewEmail()}\n");
        await browser.SendAsync(page + "/send", ("people", $"email,role\n{Circle.NewEmail()},owner\n"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        await browser.PostAsync(page + "/send", [new("people", $"email\n{Circle.NewEmail()}\n")]);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);

        Assert.Empty((await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("", "There is nobody in this file")]
    [InlineData("PK\u0003\u0004\0\0", "Save it as CSV")]
    [InlineData("name,age\nNils,7\n", "No column has addresses")]
    public async Task A_file_that_cannot_be_read_says_what_to_do(string content, string words)
    {
        using var circle = await Circle.StartAsync(App);
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        var page = $"/families/{circle.Id}/invitations/import";
        await browser.OpenAsync(page);
        await UploadAsync(browser, page, content);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains(words, browser.Page.GetElementById("file-fault")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Opening_is_not_seeing_a_touch_is_and_so_is_the_first_answer()
    {
        using var circle = await Circle.StartAsync(App);
        var touched = (await circle.InviteAsync(new { email = Circle.NewEmail() })).GetProperty("id").GetGuid();
        var answered = (await circle.InviteAsync(new { email = Circle.NewEmail() })).GetProperty("id").GetGuid();
        using var browser = new Browser(App);
        await browser.OpenAsync("/join/" + circle.Token(touched));
        var seen = browser.Page.QuerySelector("[data-seen]")!.GetAttribute("data-seen")!;
        await browser.PostAsync(seen, []);
        Assert.Null(await SeenAtAsync(circle, touched));

        await browser.OpenAsync("/join/" + circle.Token(touched));
        await browser.PostAsync(seen, [new("__RequestVerificationToken", browser.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!)]);
        Assert.Equal(HttpStatusCode.NoContent, browser.Status);
        Assert.NotNull(await SeenAtAsync(circle, touched));
        await browser.OpenAsync("/join/" + circle.Token(touched));
        Assert.Null(browser.Page.QuerySelector("[data-seen]"));

        await browser.OpenAsync("/join/" + circle.Token(answered, LinkKind.Copied));
        await browser.SendAsync("/join/decline");
        Assert.NotNull(await SeenAtAsync(circle, answered));
    }

    private static async Task<string?> SeenAtAsync(Circle circle, Guid id) => (await circle.Founder.GetAsync($"{circle.Invites}/{id}")).GetProperty("seenAt").GetString();

    private static async Task UploadAsync(Browser browser, string page, string content)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(browser.Page.QuerySelector($"form[action='{page}'] input[name=__RequestVerificationToken]")!.GetAttribute("value")!), "__RequestVerificationToken" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "file", "people.csv" },
        };
        await browser.SendAsync(page, form);
    }
}
