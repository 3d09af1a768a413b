using System.Net;
using System.Text.RegularExpressions;
using Kinvite.Harness;
using Kinvite.Links;
using Kinvite.Server.Tests.Accounts;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Seeds;

/// <summary>What the document of the chores app promises about phones, in Development: texts go to the mailbox.</summary>
public sealed partial class Seed001ChoresPhoneTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static int numbers = 30_00_00_00;

    private KinviteApp App => shared.App;

    [Fact]
    public async Task Seed001_Chores_A_second_parent_is_invited_by_phone_and_joins_with_nothing_but_the_phone()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var number = NewNumber();
        var invite = await circle.InviteAsync(new { phone = number, name = "Alex" });
        Assert.Equal(("phone", number, null), (invite.GetProperty("channel").GetString(), invite.GetProperty("phone").GetString(), invite.GetProperty("email").GetString()));

        var text = await TextAsync(number);
        Assert.StartsWith("Ana Aasen invited you to The Aasens: http://localhost:5080/j/", text, StringComparison.Ordinal);
        Assert.EndsWith(" Reply STOP to opt out", text, StringComparison.Ordinal);
        var token = Link().Match(text).Groups["token"].Value;
        Assert.Equal(circle.Token(invite, LinkKind.Texted), token);
        Assert.Equal(number, (await circle.Stranger().GetAsync($"/api/invites/{token}")).GetProperty("phone").GetString());

        // Phone only: no mailbox anywhere.
        using var alex = await SignInByPhoneAsync(number, "Alex");
        var account = await alex.GetAsync("/api/account");
        Assert.Equal((null, number, true, "Alex"), (
            account.GetProperty("email").GetString(), account.GetProperty("phone").GetString(), account.GetProperty("phoneVerified").GetBoolean(), account.GetProperty("displayName").GetString()));
        var joined = await alex.PostAsync($"/api/invites/{token}/accept", null, HttpStatusCode.OK);
        Assert.Equal("joined", joined.GetProperty("outcome").GetString());
        Assert.Equal("accepted", (await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Seed001_Chores_The_whole_way_works_on_the_pages()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var number = NewNumber();
        using var inviter = await circle.BrowserOfAsync(circle.Founder);
        var page = $"/families/{circle.Id}/invitations";
        await inviter.OpenAsync(page);
        await inviter.SendAsync(page, ("by", "phone"), ("phones", $"Alex <+45 {number[3..7]} {number[7..]}>"));
        Assert.Equal(page, inviter.SeeOther);
        await inviter.FollowAsync();
        Assert.Contains(number, inviter.Text, StringComparison.Ordinal);

        var path = new Uri(Link().Match(await TextAsync(number)).Value).AbsolutePath;
        using var alex = new Browser(App);
        await alex.OpenAsync(path);
        Assert.Contains("The Aasens", alex.Text, StringComparison.Ordinal);
        // The number is filled in on the way, and the banner stays.
        await alex.SendAsync("/join/accept");
        await alex.FollowAsync();
        var address = alex.Page.QuerySelector("form input[name=email]")!;
        Assert.Equal(number, address.GetAttribute("value"));
        Assert.Contains("The Aasens", alex.Text, StringComparison.Ordinal);
        await alex.SendAsync(address.Closest("form")!.GetAttribute("action")!, ("name", "Alex"));
        await alex.FollowAsync();
        Assert.Contains("The Aasens", alex.Text, StringComparison.Ordinal);
        await alex.SendAsync("/sign-in/code", ("code", DevelopmentMailbox.CodeIn(await App.Mailbox.WaitForAsync(number, seen: 1))));
        await alex.FollowAsync();
        await alex.SendAsync("/join/accept");

        Assert.Equal(2, (await circle.Founder.GetAsync($"{circle.Path}/members")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Seed001_Chores_Resend_replaces_the_link_change_moves_it_and_revoke_ends_it()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var (number, other) = (NewNumber(), NewNumber());
        var invite = await circle.InviteAsync(new { phone = number });
        var own = $"{circle.Invites}/{invite.GetProperty("id")}";
        await TextAsync(number);
        await circle.Founder.PostAsync($"{own}/resend", null, HttpStatusCode.OK);
        Assert.Contains(circle.Token(invite, LinkKind.Texted, 2), await TextAsync(number, seen: 1), StringComparison.Ordinal);
        await circle.Stranger().GetRefusedAsync($"/api/invites/{circle.Token(invite, LinkKind.Texted)}", 410, "invite.replaced");

        var changed = await circle.Founder.PatchAsync(own, new { phone = other });
        Assert.Equal(other, changed.GetProperty("phone").GetString());
        var moved = circle.Token(invite, LinkKind.Texted, 3);
        Assert.Contains(moved, await TextAsync(other), StringComparison.Ordinal);
        var email = Circle.NewEmail();
        Assert.Equal(("email", email, null), Channel(await circle.Founder.PatchAsync(own, new { email })));
        Assert.Equal(("phone", null, number), Channel(await circle.Founder.PatchAsync(own, new { phone = number })));

        await circle.Founder.DeleteAsync(own, HttpStatusCode.OK);
        await circle.Stranger().GetRefusedAsync($"/api/invites/{circle.Token(invite, LinkKind.Texted, 5)}", 410, "invite.revoked");

        static (string?, string?, string?) Channel(System.Text.Json.JsonElement i) => (i.GetProperty("channel").GetString(), i.GetProperty("email").GetString(), i.GetProperty("phone").GetString());
    }

    [Fact]
    public async Task Seed001_Chores_A_proven_phone_finds_its_invitations_and_answers_them_by_id()
    {
        using var circle = await Circle.StartAsync(App);
        var number = NewNumber();
        var olga = await circle.SomebodyAsync();
        var invite = (await circle.InviteAsync(new { phone = number })).GetProperty("id").GetGuid();
        Assert.Equal(0, (await olga.GetAsync("/api/invites")).GetProperty("items").GetArrayLength());
        await olga.PostRefusedAsync($"/api/invites/by-id/{invite}/accept", null, 404, "not_found");

        await AddPhoneAsync(olga, number);
        var waiting = Assert.Single((await olga.GetAsync("/api/invites")).GetProperty("items").EnumerateArray());
        Assert.Equal((number, null), (waiting.GetProperty("phone").GetString(), waiting.GetProperty("email").GetString()));
        using var browser = await circle.BrowserOfAsync(olga);
        await browser.OpenAsync("/account/shared");
        Assert.Contains(number, browser.Text, StringComparison.Ordinal);
        await olga.PostAsync($"/api/invites/by-id/{invite}/accept", null, HttpStatusCode.OK);
        await olga.GetAsync(circle.Path);
    }

    [Fact]
    public async Task Seed001_Chores_Phones_are_addresses_of_an_account_like_mailboxes()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var (first, second) = (NewNumber(), NewNumber());
        await AddPhoneAsync(olga, first);
        await AddPhoneAsync(olga, second);
        var all = (await olga.GetAsync("/api/account/addresses")).GetProperty("items").EnumerateArray().Where(a => a.GetProperty("type").GetString() == "phone").ToList();
        Assert.Equal([(first, true), (second, false)], all.Select(a => (a.GetProperty("value").GetString()!, a.GetProperty("primary").GetBoolean())));

        await olga.PatchAsync($"/api/account/addresses/{all[1].GetProperty("id")}", new { primary = true });
        Assert.Equal((second, olga.Email), ((await olga.GetAsync("/api/account")).GetProperty("phone").GetString(), (await olga.GetAsync("/api/account")).GetProperty("email").GetString()));
        await olga.DeleteAsync($"/api/account/addresses/{all[1].GetProperty("id")}", HttpStatusCode.NoContent);
        Assert.Equal(first, (await olga.GetAsync("/api/account")).GetProperty("phone").GetString());

        // Both lead into one account; the number taken off leads nowhere.
        using var again = await SignInByPhoneAsync(first);
        Assert.Equal(olga.AccountId, again.AccountId);
        using var stranger = await SignInByPhoneAsync(second);
        Assert.NotEqual(olga.AccountId, stranger.AccountId);
        var other = await circle.SomebodyAsync();
        await other.PostAsync("/api/account/addresses", new { phone = first }, HttpStatusCode.Accepted);
        var code = DevelopmentMailbox.CodeIn(await App.Mailbox.WaitForAsync(first, App.Mailbox.To(first).Count - 1));
        Assert.False(string.IsNullOrEmpty(code));
    }

    [Fact]
    public async Task Seed001_Chores_A_wrong_code_by_phone_says_no_more_than_one_by_mail()
    {
        var number = NewNumber();
        using var person = App.NewPerson();
        var asked = await person.PostAsync("/api/auth/codes", new { phone = number }, HttpStatusCode.Accepted);
        var challenge = asked.GetProperty("challenge").GetGuid();
        await person.PostRefusedAsync("/api/auth/codes/verify", new { phone = number, challenge, code = SigningIn.Wrong(App, challenge) }, 401, "code.invalid");
        await person.PostRefusedAsync("/api/auth/codes/verify", new { email = "nobody@example.org", challenge, code = SigningIn.Digits(App, challenge) }, 401, "code.invalid");
        Assert.True((await person.PostAsync("/api/auth/codes/verify", new { phone = number, challenge, code = SigningIn.Digits(App, challenge) }, HttpStatusCode.OK)).GetProperty("created").GetBoolean());
    }

    [Fact]
    public async Task Seed001_Chores_A_text_is_shown_in_the_mailbox_with_a_link_to_press()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var number = NewNumber();
        await circle.InviteAsync(new { phone = number });
        var text = await TextAsync(number);
        using var browser = new Browser(App);
        await browser.OpenAsync("/dev/mailbox");
        await browser.OpenAsync(browser.Page.QuerySelectorAll(".mails a").First(a => a.TextContent.Contains(Link().Match(text).Value, StringComparison.Ordinal)).GetAttribute("href")!);
        Assert.Equal(Link().Match(text).Value, browser.Page.QuerySelector(".mail-text a")!.GetAttribute("href"));
    }

    private static string NewNumber() => $"+45{Interlocked.Increment(ref numbers)}";

    private async Task<Person> SignInByPhoneAsync(string phone, string? displayName = null)
    {
        var person = App.NewPerson();
        var seen = App.Mailbox.To(phone).Count;
        await person.PostAsync("/api/auth/codes", new { phone }, HttpStatusCode.Accepted);
        var code = DevelopmentMailbox.CodeIn(await App.Mailbox.WaitForAsync(phone, seen));
        person.Take(await person.PostAsync("/api/auth/codes/verify", new { phone, code, displayName }, HttpStatusCode.OK));
        return person;
    }

    private async Task AddPhoneAsync(Person person, string phone)
    {
        var seen = App.Mailbox.To(phone).Count;
        await person.PostAsync("/api/account/addresses", new { phone }, HttpStatusCode.Accepted);
        var code = "";
        for (var i = 0; i < 600 && code.Length == 0; i++)
        {
            await Task.Delay(50);
            code = App.Mailbox.To(phone).Skip(seen).Select(m => CodeLine().Match(m).Value.Trim()).FirstOrDefault(c => c.Length > 0) ?? ""; // an invitation may come beside it
        }

        await person.PostAsync("/api/account/addresses/verify", new { phone, code }, HttpStatusCode.OK);
    }

    /// <summary>The words of the newest text, without what the file says around them.</summary>
    private async Task<string> TextAsync(string number, int seen = 0) =>
        Words().Match(await App.Mailbox.WaitForAsync(number, seen)) is { Success: true } words ? words.Groups["words"].Value : throw new FormatException("There is no text in it.");

    [GeneratedRegex(@"\r\n\r\n(?<words>[^\r\n]+ invited you to [^\r\n]+)\r\n", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Words();

    [GeneratedRegex(@"https?://\S+/j/(?<token>[A-Za-z0-9_-]{48})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"^\d{6}\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CodeLine();
}
