using System.Runtime.Versioning;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BrowserFixture))]
[assembly: UnsupportedOSPlatform("windows")]

namespace Kinvite.Harness;

/// <summary>The real server as a process of its own with a data directory of its own, and one Chromium; each visitor gets a fresh profile.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    /// <summary>The address of who runs the server.</summary>
    public const string Operator = "operator@example.org";

    // Nothing that asks another host, and nothing that a container lacks.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    // A busy machine is slow, not wrong.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private readonly Scratch scratch = new();
    private IdentityProvider? provider;
    private ServerProcess? server;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public ServerProcess Server => server!;

    /// <summary>Where the first person of a new server signs up.</summary>
    public Uri SetUpLink { get; private set; } = null!;

    /// <summary>Known to the server as Acme; of another origin than the server.</summary>
    internal IdentityProvider Provider => provider!;

    public async ValueTask InitializeAsync()
    {
        provider = await IdentityProvider.StartAsync();
        // Tests hurry more than people do.
        var starting = ServerProcess.StartReadyAsync(scratch.Path,
        [
            new("Kinvite__Limits__Factor", "1000"),
            new("Kinvite__OperatorEmails", Operator),
            new("Kinvite__Oidc__Acme__Authority", provider.Issuer),
            new("Kinvite__Oidc__Acme__ClientId", IdentityProvider.ClientId),
            new("Kinvite__Oidc__Acme__ClientSecret", IdentityProvider.ClientSecret),
        ]);
        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium(), Args = Arguments });
        server = await starting;
        provider.RedirectTo = new(server.Address, "sign-in/with/acme/callback");
        // It can be had before anybody is there, and shown after.
        SetUpLink = DevelopmentMailbox.LinkIn((await ServerProcess.RunAsync("setup-link", scratch.Path, [new("Kinvite__PublicUrl", server.Address.ToString().TrimEnd('/'))])).Output);
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

        if (provider is not null)
        {
            await provider.DisposeAsync();
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
