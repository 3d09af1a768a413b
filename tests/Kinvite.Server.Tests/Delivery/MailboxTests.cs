using System.Net;
using AngleSharp.Html.Parser;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Links;
using Kinvite.Pages;
using Kinvite.Persistence;
using Kinvite.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kinvite.Server.Tests.Delivery;

public sealed class MailboxTests
{
    [Fact]
    public async Task The_development_mailbox_shows_what_was_sent_with_links_to_press()
    {
        using var scratch = new Harness.Scratch();
        await using var app = await StartAsync(scratch.Path, "Development");
        using var client = new HttpClient { BaseAddress = new(app.Urls.First()) };
        Assert.Contains("No mail yet", await client.GetStringAsync("/dev/mailbox"), StringComparison.Ordinal);

        var renderer = app.Services.GetRequiredService<LetterRenderer>();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var subject in new[] { "Første", "Zweite <b>" })
        {
            var mail = await renderer.RenderAsync(OutboxMessage.Of("note", Guid.CreateVersion7(now), now), new("anna@example.org"), new()
            {
                Locale = "en",
                Subject = subject,
                Heading = "Heading",
                Button = new("Open", "http://localhost:5080/join/abc"),
                Why = "Because.",
            });
            var lease = new SendLease(TimeProvider.System, now.AddMinutes(1));
            Assert.Equal(SendResult.Sent, (await app.Services.GetRequiredService<IMessageChannel>().SendAsync(mail, lease, CancellationToken.None)).Result);
            await Task.Delay(20);
        }

        Assert.Equal(2, Directory.GetFiles(Path.Combine(scratch.Path, "mailbox")).Length);
        var parser = new HtmlParser();
        var list = parser.ParseDocument(await client.GetStringAsync("/dev/mailbox"));
        Assert.Equal(["Zweite <b>", "Første"], list.QuerySelectorAll(".mails a").Select(a => a.TextContent));

        var path = list.QuerySelector(".mails a")!.GetAttribute("href")!;
        var page = parser.ParseDocument(await client.GetStringAsync(path));
        Assert.Equal("http://localhost:5080/join/abc", page.QuerySelector(".mail-text a")!.GetAttribute("href"));
        Assert.Contains("http://localhost:5080/join/abc", (await client.GetStringAsync(path + "/text")).Split('\n'));

        using var html = await client.GetAsync(path + "/html");
        var policy = html.Headers.GetValues("Content-Security-Policy").Single();
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var style = parser.ParseDocument(await html.Content.ReadAsStringAsync()).QuerySelector("style")!.TextContent;
        Assert.Equal(LetterStyle.Css, style);
        Assert.Contains(LetterStyle.CspHash, policy, StringComparison.Ordinal);
        Assert.Contains("no-store", html.Headers.GetValues("Cache-Control").Single(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/dev/mailbox/{Guid.Empty}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/dev/mailbox/..%2F..%2Fmaster.key/text")).StatusCode);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public async Task Outside_development_there_is_no_mailbox_and_without_a_mail_server_mail_is_off(string environment)
    {
        using var scratch = new Harness.Scratch();
        await using var app = await StartAsync(scratch.Path, environment);
        using var client = new HttpClient { BaseAddress = new(app.Urls.First()) };
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/dev/mailbox")).StatusCode);
        Assert.False(app.Services.GetRequiredService<MailSetup>().IsOn);
    }

    private static async Task<WebApplication> StartAsync(string dataDirectory, string environment)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment, ApplicationName = "Kinvite" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddOptions<KinviteOptions>().Configure(o => (o.PublicUrl, o.DataDirectory) = (new("http://localhost:5080"), dataDirectory));
        builder.Services.AddDatabase();
        builder.Services.AddTelemetry();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddLinks();
        builder.Services.AddLimits();
        builder.Services.AddDelivery();
        builder.Services.AddPages();
        builder.Services.AddScoped<CurrentAccount>();
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        foreach (var worker in builder.Services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Namespace?.StartsWith("Kinvite", StringComparison.Ordinal) == true).ToList())
        {
            builder.Services.Remove(worker); // the database is never opened
        }

        var app = builder.Build();
        app.MapDelivery();
        await app.StartAsync();
        return app;
    }
}
