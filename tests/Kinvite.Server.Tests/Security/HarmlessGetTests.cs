using System.Net;
using Kinvite.Harness;
using Kinvite.Links;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Security;

/// <summary>Scanners, previews and prefetching browsers open every address there is.</summary>
public sealed class HarmlessGetTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly string[] Visitors =
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1)", "WhatsApp/2.24", "Slackbot-LinkExpanding 1.0", "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0", "curl/8",
    ];

    [Fact]
    public async Task SCN_S01_Opening_any_address_of_the_server_in_any_way_changes_nothing_and_the_person_still_can()
    {
        using var house = await WholeHouse.StartAsync(shared);
        var addresses = MappedRoute.All(shared.App).Select(house.Fill).Append($"/join?i={house.InHand}").Append($"/join?token={house.Token}").Distinct(StringComparer.Ordinal).ToList();
        Assert.InRange(addresses.Count, 100, 1000);
        var before = await house.StateAsync();

        foreach (var address in addresses)
        {
            foreach (var method in new[] { HttpMethod.Head, HttpMethod.Get, HttpMethod.Options })
            {
                foreach (var visitor in Visitors)
                {
                    using var scanner = new Browser(shared.App);
                    await KnockAsync(scanner.Client, method, address, visitor);
                }

                await KnockAsync(house.Browser.Client, method, address, Visitors[3]);
                await KnockAsync(house.Circle.Founder.Client, method, address, Visitors[4]);
            }

            Assert.True(before == await house.StateAsync(), $"Opening {address} changed something:\n{before}\n→\n{await house.StateAsync()}");
        }

        await house.Browser.OpenAsync($"/join?i={house.InHand}");
        await house.Browser.SendAsync("/join/accept");
        Assert.StartsWith("/families/", house.Browser.SeeOther, StringComparison.Ordinal);
        using var stopped = await house.Circle.Stranger().RequestAsync(HttpMethod.Post, house.Fill(new("POST", "/mail/stop/{token}")));
        Assert.Equal(HttpStatusCode.OK, stopped.StatusCode);
        await house.Circle.Stranger().PostAsync($"/api/invites/{house.Token}/decline", null, HttpStatusCode.OK);
        Assert.NotEqual(before, await house.StateAsync());
    }

    [Theory]
    [InlineData("WhatsApp/2.24.1")]
    [InlineData("facebookexternalhit/1.1 Facebot Twitterbot/1.0")] // the messages of iPhones
    [InlineData("TelegramBot (like TwitterBot)")]
    [InlineData("Mozilla/5.0 (compatible; Discordbot/2.0)")]
    public async Task SCN_S02_A_messenger_that_previews_a_texted_link_learns_no_name_and_changes_nothing(string visitor)
    {
        using var circle = await Circle.StartAsync(shared.App, "home", name: "The Quartzes", founder: "Petra Quartz");
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail("granite"), name = "Gitta Granite" });
        var before = await StateAsync();
        foreach (var token in new[] { circle.Token(invite, LinkKind.Texted), circle.Token(invite, LinkKind.Copied) })
        {
            using var handler = new HttpClientHandler { UseCookies = false };
            using var messenger = new HttpClient(handler) { BaseAddress = shared.App.Address };
            messenger.DefaultRequestHeaders.UserAgent.TryParseAdd(visitor);
            messenger.DefaultRequestHeaders.Accept.ParseAdd("text/html,*/*");

            using var answer = await messenger.GetAsync($"/j/{token}");
            var html = await answer.Content.ReadAsStringAsync();

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("<title>", html, StringComparison.Ordinal);
            Assert.All(["Quartz", "Petra", "Granite", "Gitta", "granite", token, "og:image"], told => Assert.DoesNotContain(told, html + answer.RequestMessage!.RequestUri, StringComparison.Ordinal));
        }

        Assert.Equal(before, await StateAsync());
        var person = await circle.SomebodyAsync("Gitta Granite", invite.GetProperty("email").GetString());
        await person.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);

        async Task<string?> StateAsync() => await shared.Database.ScalarAsync<string>($"SELECT to_jsonb(i)::text FROM invitations i WHERE id = '{invite.GetProperty("id")}'");
    }

    private static async Task KnockAsync(HttpClient client, HttpMethod method, string address, string visitor)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.TryAddWithoutValidation("User-Agent", visitor);
        using var answer = await client.SendAsync(request);
        Assert.True((int)answer.StatusCode < 500, $"{method} {address} answered {(int)answer.StatusCode}");
    }
}
