using System.Runtime.Versioning;
using Kinvite.Harness;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BrowserFixture))]
[assembly: UnsupportedOSPlatform("windows")]

namespace Kinvite.Harness;

/// <summary>The real server as a process of its own with a data directory of its own, and one Chromium; each visitor gets a fresh profile.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    // Nothing that asks another host, and nothing that a container lacks.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    // A busy machine is slow, not wrong.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private readonly Scratch scratch = new();
    private ServerProcess? server;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public ServerProcess Server => server!;

    public async ValueTask InitializeAsync()
    {
        // Tests hurry more than people do.
        var starting = ServerProcess.StartReadyAsync(scratch.Path, [new("Kinvite__Limits__Factor", "1000")]);
        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium(), Args = Arguments });
        server = await starting;
    }

    /// <summary>Somebody at a phone of their own.</summary>
    /// <param name="javaScript">False: scripts are switched off.</param>
    /// <param name="locale">The browser's language.</param>
    public async Task<Visitor> VisitAsync(bool javaScript = true, string locale = "en-GB")
    {
        var context = await browser!.NewContextAsync(new()
        {
            BaseURL = Server.Address.ToString(),
            JavaScriptEnabled = javaScript,
            Locale = locale,
            ViewportSize = new() { Width = 390, Height = 844 },
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        return new Visitor(context, await context.NewPageAsync(), Server);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        scratch.Dispose();
    }

    private static string Chromium() =>
        new[]
        {
            Environment.GetEnvironmentVariable("KINVITE_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        }.FirstOrDefault(File.Exists) ?? throw new FileNotFoundException("The browser tests need Chromium: install it, or set KINVITE_CHROMIUM to the program.");
}
