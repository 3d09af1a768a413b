using System.Net;
using System.Text;
using Kinvite.Harness;
using Kinvite.Limits;
using Kinvite.Server.Tests.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Texts;

/// <summary>A file with numbers: looked over row by row, then texted; where no text can go the row says so before anything is sent.</summary>
public sealed class ImportByPhoneTests(TextServer texts) : IClassFixture<TextServer>
{
    [Fact]
    public async Task Numbers_of_a_file_are_texted_mailboxes_are_mailed_and_each_row_that_cannot_be_says_so()
    {
        using var circle = await Circle.StartAsync(texts.App);
        var (first, second, email) = (TextServer.NewNumber(), TextServer.NewNumber(), Circle.NewEmail());
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        var page = await UploadAsync(circle, browser, $"email,phone,name\n,{first},Tor\n{email},{second},Mia\n,+4741234567,Nils\n,20123456,Eva\n");

        var rows = browser.Page.QuerySelectorAll(".rows li").Select(r => r.TextContent).ToList();
        Assert.Equal(4, rows.Count);
        Assert.Contains("2 of 4", browser.Text, StringComparison.Ordinal);
        Assert.Contains("No text message can be sent to +4741234567 from here", rows[2], StringComparison.Ordinal);
        Assert.Contains("20123456 is not a phone number with its country", rows[3], StringComparison.Ordinal);
        Assert.Empty(texts.To(first));

        await browser.SendAsync(page + "/send", ("role", "relative"));
        await browser.FollowAsync();
        await texts.WaitForAsync(first);
        var made = (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").EnumerateArray()
            .Select(i => (i.GetProperty("channel").GetString(), i.GetProperty("email").GetString() ?? i.GetProperty("phone").GetString())).Order();
        Assert.Equal([("email", email), ("phone", first)], made);
        Assert.Empty(texts.To(second)); // who has both gets a mail
    }

    [Fact]
    public async Task What_is_refused_when_it_is_sent_is_said_for_each_row_and_stays_in_the_form()
    {
        using var circle = await Circle.StartAsync(texts.App);
        var (stopped, wanted, email) = (TextServer.NewNumber(), TextServer.NewNumber(), Circle.NewEmail());
        await texts.ReplyAsync(stopped, "STOP");
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        var page = await UploadAsync(circle, browser, $"email,phone\n,{stopped}\n,{wanted}\n{email},\n");
        await browser.SendAsync(page + "/send", ("role", "relative"));

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        await texts.WaitForAsync(wanted);
        Assert.Equal(2, (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").GetArrayLength());
        Assert.Equal(stopped, browser.Page.QuerySelector("#phones")!.TextContent.Trim());
        Assert.Contains(stopped, browser.Text, StringComparison.Ordinal);
        Assert.NotNull(browser.Page.QuerySelector("input[name=by][value=phone][checked]"));
        Assert.Empty(texts.To(stopped));
    }

    [Fact]
    public async Task Where_texts_are_off_each_such_row_says_so_and_the_others_can_go_on()
    {
        using var circle = await Circle.StartAsync(texts.App);
        using var care = await Circle.StartAsync(texts.App, "care"); // a kind that invites by mail alone
        await texts.Database.ExecuteAsync("INSERT INTO text_outages (id, code, since) VALUES (1, '30034', now())");
        try
        {
            foreach (var family in new[] { circle, care })
            {
                using var browser = await family.BrowserOfAsync(family.Founder);
                var page = await UploadAsync(family, browser, $"email,phone\n,{TextServer.NewNumber()}\n,{TextServer.NewNumber()}\n{Circle.NewEmail()},\n");
                Assert.Equal(2, browser.Page.QuerySelectorAll(".rows .outcome-why").Count(w => w.TextContent.Contains("No text message can be sent to", StringComparison.Ordinal)));
                await browser.SendAsync(page + "/send");
                await browser.FollowAsync();
                Assert.Single((await family.Founder.GetAsync(family.Invites)).GetProperty("items").EnumerateArray());
            }
        }
        finally
        {
            await texts.Database.ExecuteAsync("DELETE FROM text_outages");
        }
    }

    [Fact]
    public async Task Where_the_days_texts_end_in_the_middle_of_a_file_the_rest_says_so()
    {
        await using var strict = await texts.StartAsync(s => s.Configuration["Kinvite:Limits:Factor"] = "1");
        using var circle = await Circle.StartAsync(strict);
        Assert.Null(await strict.Services.GetRequiredService<RateLimits>().TakeAsync(
            CallerLimits.TextFamily, circle.Id.ToString(), CancellationToken.None, cost: CallerLimits.TextFamily.Count - 2));
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        var numbers = Enumerable.Range(0, 5).Select(_ => TextServer.NewNumber()).ToList();
        var page = await UploadAsync(circle, browser, $"phone\n{string.Join('\n', numbers)}\n");
        await browser.SendAsync(page + "/send", ("role", "relative"));

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal(numbers[..2], (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("phone").GetString()!).Order(StringComparer.Ordinal)); // made in one moment
        Assert.Equal(numbers[2..], browser.Page.QuerySelector("#phones")!.TextContent.Trim().Split('\n'));
        Assert.Contains("Today’s text messages are used up", browser.Text, StringComparison.Ordinal);
    }

    private static async Task<string> UploadAsync(Circle circle, Browser browser, string content)
    {
        var page = $"/families/{circle.Id}/invitations/import";
        await browser.OpenAsync(page);
        using var form = new MultipartFormDataContent
        {
            { new StringContent(browser.Page.QuerySelector($"form[action='{page}'] input[name=__RequestVerificationToken]")!.GetAttribute("value")!), "__RequestVerificationToken" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "file", "people.csv" },
        };
        await browser.SendAsync(page, form);
        return page;
    }
}
