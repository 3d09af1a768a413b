using System.Net;
using Kinvite.Harness;
using Kinvite.Links;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Texts;

/// <summary>The security cases of texts, each from the invitation to what Twilio got.</summary>
public sealed class TextCasesTests(TextServer texts) : IClassFixture<TextServer>
{
    [Theory]
    [InlineData("+4741234567")] // a country that is not on the list
    [InlineData("+12125550123")]
    public async Task SMS_S01_Where_no_texts_go_nobody_is_invited_by_one_and_the_provider_is_not_asked(string number)
    {
        using var circle = await Circle.StartAsync(texts.App);
        await circle.Founder.PostRefusedAsync(circle.Invites, new { invites = new[] { new { phone = number } } }, 409, "channel.unavailable");
        await circle.Founder.PostRefusedAsync("/api/auth/codes", new { phone = number }, 409, "channel.unavailable");
        Assert.Empty(texts.To(number));
    }

    [Theory]
    [InlineData("+881612345678")] // satellites
    [InlineData("+882161234567")]
    [InlineData("+19005550123")] // premium
    [InlineData("+447012345678")] // personal numbers that cost as premium ones
    [InlineData("20123456")]
    [InlineData("+4520123456 ext 7")]
    public async Task SMS_S01_Numbers_of_no_country_are_no_numbers(string number)
    {
        using var circle = await Circle.StartAsync(texts.App);
        Assert.Equal(["invites[0].phone"], await circle.Founder.FaultsAsync(circle.Invites, new { invites = new[] { new { phone = number } } }));
    }

    [Fact]
    public async Task SMS_S03_Who_answers_STOP_gets_no_text_from_any_family_until_START()
    {
        var number = TextServer.NewNumber();
        using var circle = await Circle.StartAsync(texts.App);
        using var other = await Circle.StartAsync(texts.App, name: "The others");
        var invite = await circle.InviteAsync(new { phone = number });
        await texts.WaitForAsync(number);
        await texts.ReplyAsync(number, "stop");

        // The link that came stays good; no further text goes to it.
        Assert.Equal("pending", (await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}")).GetProperty("status").GetString());
        await circle.Founder.PostRefusedAsync($"{circle.Invites}/{invite.GetProperty("id")}/resend", null, 409, "invite.recipient_declined");
        await other.Founder.PostRefusedAsync(other.Invites, new { invites = new[] { new { phone = number } } }, 409, "invite.recipient_declined");
        using var somebody = texts.App.NewPerson();
        await somebody.PostAsync("/api/auth/codes", new { phone = number }, HttpStatusCode.Accepted); // the same answer as for any number
        await Task.Delay(1000);
        Assert.Single(texts.To(number));

        await texts.ReplyAsync(number, "START");
        await other.InviteAsync(new { phone = number });
        await texts.WaitForAsync(number, seen: 1);
    }

    [Fact]
    public async Task SMS_S03_A_stop_that_only_the_provider_heard_counts_here_too_and_nobody_is_told()
    {
        var number = TextServer.NewNumber();
        texts.Refusals[number] = (400, 21610);
        using var circle = await Circle.StartAsync(texts.App);
        var invite = await circle.InviteAsync(new { phone = number });

        Assert.Equal("none", await TextServer.StateAsync(circle, invite.GetProperty("id").GetGuid(), "none"));
        Assert.Single(texts.To(number));
        await circle.Founder.DeleteAsync($"{circle.Invites}/{invite.GetProperty("id")}", HttpStatusCode.OK);
        await circle.Founder.PostRefusedAsync(circle.Invites, new { invites = new[] { new { phone = number } } }, 409, "invite.recipient_declined");
    }

    [Theory]
    [InlineData(400, 21408)]
    [InlineData(400, 21211)]
    public async Task SMS_S04_A_refusal_for_good_is_not_tried_again_and_the_link_still_works(int status, int code)
    {
        var number = TextServer.NewNumber();
        texts.Refusals[number] = (status, code);
        using var circle = await Circle.StartAsync(texts.App);
        var invite = await circle.InviteAsync(new { phone = number });

        Assert.Equal("failed", await TextServer.StateAsync(circle, invite.GetProperty("id").GetGuid(), "failed"));
        Assert.Single(texts.To(number));
        await circle.Stranger().GetAsync($"/api/invites/{circle.Token(invite, LinkKind.Copied)}");
    }

    [Theory]
    [InlineData(429, 20429)]
    [InlineData(500, 20500)]
    public async Task SMS_S04_Trouble_that_passes_is_tried_again(int status, int code)
    {
        var number = TextServer.NewNumber();
        texts.Refusals[number] = (status, code);
        using var circle = await Circle.StartAsync(texts.App);
        var invite = await circle.InviteAsync(new { phone = number });
        await texts.WaitForAsync(number);
        texts.Refusals.Remove(number);
        texts.App.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("sent", await TextServer.StateAsync(circle, invite.GetProperty("id").GetGuid(), "sent"));
        Assert.Equal(2, texts.To(number).Count);
    }

    [Fact]
    public async Task SMS_S04_Without_an_answer_it_is_tried_once_more_and_then_left_as_perhaps_sent()
    {
        var number = TextServer.NewNumber();
        texts.Refusals[number] = (0, 0);
        using var circle = await Circle.StartAsync(texts.App);
        var invite = await circle.InviteAsync(new { phone = number });
        await texts.WaitForAsync(number);
        for (var i = 0; i < 5; i++)
        {
            await Task.Delay(300);
            texts.App.Clock.Advance(TimeSpan.FromMinutes(30));
        }

        await texts.WaitForAsync(number, seen: 1);
        await WaitAsync(async () => await texts.Database.ScalarAsync<long>(
            $"SELECT count(*) FROM outbox WHERE subject_id = '{invite.GetProperty("id")}' AND state = 4 AND done_at IS NOT NULL") == 1);
        texts.App.Clock.Advance(TimeSpan.FromHours(6));
        await Task.Delay(1000);
        Assert.Equal(2, texts.To(number).Count);
    }

    [Fact]
    public async Task SMS_S04_A_provider_that_hangs_holds_up_no_mail_and_nothing_is_lost_or_doubled()
    {
        using var circle = await Circle.StartAsync(texts.App);
        var hangs = new TaskCompletionSource();
        texts.Holds = hangs.Task;
        var numbers = Enumerable.Range(0, 12).Select(_ => TextServer.NewNumber()).ToList();
        try
        {
            await circle.Founder.PostAsync(circle.Invites, new { invites = numbers.Select(phone => new { phone }) }, HttpStatusCode.Created);
            await WaitAsync(() => Task.FromResult(texts.Held >= 4));
            var (email, started) = (Circle.NewEmail(), TimeProvider.System.GetTimestamp());
            await circle.InviteAsync(new { email });
            await texts.App.Mailbox.WaitForAsync(email, seen: 0);
            Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(8));
            Assert.Equal(4, texts.Held);
        }
        finally
        {
            texts.Holds = Task.CompletedTask;
            hangs.SetResult();
        }

        await WaitAsync(() => Task.FromResult(numbers.TrueForAll(n => texts.To(n).Count > 0)));
        await Task.Delay(1000);
        Assert.All(numbers, n => Assert.Single(texts.To(n)));
    }

    [Theory]
    [InlineData("START")]
    [InlineData("unstop")]
    [InlineData("Yes")]
    public async Task SMS_S03_Each_word_that_starts_lifts_a_stop_and_HELP_changes_nothing(string word)
    {
        var number = TextServer.NewNumber();
        using var circle = await Circle.StartAsync(texts.App);
        await texts.ReplyAsync(number, "Stop.");
        foreach (var other in new[] { "HELP", "info", "stop it already", "?", "" })
        {
            await texts.ReplyAsync(number, other);
            await circle.Founder.PostRefusedAsync(circle.Invites, new { invites = new[] { new { phone = number } } }, 409, "invite.recipient_declined");
        }

        Assert.Empty(texts.To(number)); // the provider answers HELP: ours would be a second text
        await texts.ReplyAsync(number, word);
        await circle.InviteAsync(new { phone = number });
    }

    [Fact]
    public async Task SMS_S05_A_report_counts_only_signed_and_with_either_sort_of_sender()
    {
        var (first, second) = (TextServer.NewNumber(), TextServer.NewNumber());
        using var circle = await Circle.StartAsync(texts.App);
        var (one, two) = (await circle.InviteAsync(new { phone = first }), await circle.InviteAsync(new { phone = second }));
        var (path, other) = ((await texts.WaitForAsync(first)).Callback.PathAndQuery, (await texts.WaitForAsync(second)).Callback.PathAndQuery);
        var said = new Dictionary<string, string>(StringComparer.Ordinal) { ["MessageSid"] = "SM1", ["MessageStatus"] = "delivered", ["To"] = first, ["From"] = "+4520000000" };

        foreach (var unsigned in new[]
        {
            await texts.CallAsync(path, new(said, StringComparer.Ordinal), signed: false),
            await texts.CallAsync(path, new(said, StringComparer.Ordinal), token: "another token"),
            await texts.CallAsync(path, new(said, StringComparer.Ordinal), signature: Convert.ToBase64String(new byte[20])),
            await texts.CallAsync(path, new(said, StringComparer.Ordinal) { ["AccountSid"] = "AC999" }),
        })
        {
            await unsigned.ProblemAsync(403, "hook.unsigned");
        }

        Assert.Equal("sent", await TextServer.StateAsync(circle, one.GetProperty("id").GetGuid(), "sent"));
        Assert.Equal(HttpStatusCode.NoContent, (await texts.CallAsync(path, said)).StatusCode);
        Assert.Equal("delivered", await TextServer.StateAsync(circle, one.GetProperty("id").GetGuid(), "delivered"));
        // The usual set-up in the US brings one more field, which is signed as well.
        Assert.Equal(HttpStatusCode.NoContent, (await texts.CallAsync(other, new(StringComparer.Ordinal)
        {
            ["MessagingServiceSid"] = "MG1",
            ["MessageSid"] = "SM2",
            ["MessageStatus"] = "undelivered",
            ["ErrorCode"] = "30003",
            ["To"] = second,
        })).StatusCode);
        Assert.Equal("bounced", await TextServer.StateAsync(circle, two.GetProperty("id").GetGuid(), "bounced"));
        Assert.Equal("Twilio 30003", (await circle.Founder.GetAsync($"{circle.Invites}/{two.GetProperty("id")}")).GetProperty("delivery").GetProperty("detail").GetString());
    }

    [Fact]
    public async Task SMS_S06_One_number_in_six_spellings_is_one_recipient_with_one_stop()
    {
        var number = TextServer.NewNumber();
        var digits = number[3..];
        string[] spellings = [number, $"+45 {digits[..2]} {digits[2..4]} {digits[4..]}", $"0045{digits}", $"(+45) {digits[..4]}-{digits[4..]}", $"+45.{digits[..4]}.{digits[4..]}", $"  +45 {digits}  "];
        using var circle = await Circle.StartAsync(texts.App);
        var first = await circle.InviteAsync(new { phone = spellings[0] });
        foreach (var spelling in spellings[1..])
        {
            var again = (await circle.Founder.PostAsync(circle.Invites, new { invites = new[] { new { phone = spelling } } }, HttpStatusCode.OK)).GetProperty("items")[0];
            Assert.Equal(("alreadyInvited", first.GetProperty("id").GetGuid()), (again.GetProperty("outcome").GetString(), again.GetProperty("invite").GetProperty("id").GetGuid()));
        }

        foreach (var wrong in new[] { "+45２０１２３４５６", digits, $"{number} ext. 5" })
        {
            Assert.Equal(["invites[0].phone"], await circle.Founder.FaultsAsync(circle.Invites, new { invites = new[] { new { phone = wrong } } }));
        }

        Assert.Equal(number, first.GetProperty("phone").GetString());
        await circle.Founder.DeleteAsync($"{circle.Invites}/{first.GetProperty("id")}", HttpStatusCode.OK);
        await texts.ReplyAsync(number, "STOP");
        foreach (var spelling in spellings)
        {
            await circle.Founder.PostRefusedAsync(circle.Invites, new { invites = new[] { new { phone = spelling } } }, 409, "invite.recipient_declined");
        }
    }

    [Fact]
    public async Task An_unregistered_sender_closes_the_phone_and_tells_the_operator_until_they_say_that_it_is_mended()
    {
        var app = texts.App;
        using var circle = await Circle.StartAsync(app);
        var keeper = await circle.SomebodyAsync("Kim", TextServer.Operator);
        var number = TextServer.NewNumber();
        var invite = await circle.InviteAsync(new { phone = number });
        var callback = (await texts.WaitForAsync(number)).Callback.PathAndQuery;

        await texts.CallAsync(callback, new(StringComparer.Ordinal) { ["MessageSid"] = "SM1", ["MessageStatus"] = "undelivered", ["ErrorCode"] = "30034", ["To"] = number });

        Assert.Equal("bounced", await TextServer.StateAsync(circle, invite.GetProperty("id").GetGuid(), "bounced"));
        await circle.Founder.PostRefusedAsync(circle.Invites, new { invites = new[] { new { phone = TextServer.NewNumber() } } }, 409, "channel.unavailable");
        await circle.InviteAsync(new { email = Circle.NewEmail() }); // e-mail keeps working
        Assert.Contains("30034", await WaitForMailAsync(app, TextServer.Operator), StringComparison.Ordinal);
        using var browser = await circle.BrowserOfAsync(keeper);
        await browser.OpenAsync("/operator");
        Assert.Contains("error 30034", browser.Text, StringComparison.Ordinal);
        await browser.SendAsync("/operator/texts");

        Assert.Equal("/operator", browser.SeeOther);
        await circle.InviteAsync(new { phone = TextServer.NewNumber() });
    }

    private static async Task WaitAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail("It did not come to that.");
    }

    private static async Task<string> WaitForMailAsync(KinviteApp app, string to)
    {
        for (var i = 0; i < 400; i++)
        {
            if (app.Mailbox.To(to).FirstOrDefault(m => m.Contains("30034", StringComparison.Ordinal)) is { } mail)
            {
                return mail;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("The operator was not told.");
    }
}
