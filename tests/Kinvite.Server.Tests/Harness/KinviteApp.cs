using Kinvite.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kinvite.Harness;

/// <summary>How a <see cref="KinviteApp"/> differs from the usual one.</summary>
public sealed class KinviteAppSettings
{
    public string Environment { get; set; } = "Development";

    /// <summary>Kept when given, so that two applications can share one; else a new one that goes away.</summary>
    public string? DataDirectory { get; set; }

    public ManualClock Clock { get; set; } = new();

    /// <summary>Such as <c>["Kinvite:SignUp"] = "closed"</c>; null takes a setting away.</summary>
    public Dictionary<string, string?> Configuration { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Kinvite:MasterKey"] = PostgresFixture.MasterKey,
        ["Kinvite:PublicUrl"] = "http://localhost:5080",
        // Numbers of any other country stand for those that cannot be texted.
        ["Kinvite:Sms:AllowedCountries"] = "DK",
        // Tests hurry more than people do; what tests the limits sets its own.
        ["Kinvite:Limits:Factor"] = "1000",
    };

    public Action<WebApplicationBuilder>? Configure { get; set; }
}

/// <summary>The real application in this process: Kestrel on a port of its own, a database of its own, a clock that can be put forward.</summary>
public sealed class KinviteApp : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Scratch? scratch;

    private KinviteApp(WebApplication app, KinviteAppSettings settings, string dataDirectory, Scratch? scratch, CapturedLogs logs, StatementCounter statements)
    {
        (this.app, this.scratch, Clock, DataDirectory, Logs, Statements) = (app, scratch, settings.Clock, dataDirectory, logs, statements);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Mailbox = new(Path.Combine(dataDirectory, "mailbox"));
    }

    public Uri Address { get; }

    public ManualClock Clock { get; }

    public CapturedLogs Logs { get; }

    public StatementCounter Statements { get; }

    public string DataDirectory { get; }

    public DevelopmentMailbox Mailbox { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<KinviteApp> StartAsync(string connectionString, Action<KinviteAppSettings>? change = null)
    {
        var settings = new KinviteAppSettings();
        change?.Invoke(settings);
        var scratch = settings.DataDirectory is null ? new Scratch() : null;
        var dataDirectory = settings.DataDirectory ?? scratch!.Path;
        settings.Configuration["ConnectionStrings:Kinvite"] = connectionString;
        settings.Configuration["Kinvite:DataDirectory"] = dataDirectory;

        var logs = new CapturedLogs();
        var statements = new StatementCounter();
        string[] args =
        [
            "--urls=http://127.0.0.1:0", $"--environment={settings.Environment}",
            .. settings.Configuration.Where(c => c.Value is not null).Select(c => $"--{c.Key}={c.Value}"),
        ];
        try
        {
            var app = KinviteServer.Build(args, builder =>
            {
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(logs);
                builder.Services.AddSingleton<TimeProvider>(settings.Clock);
                foreach (var interceptor in statements.Interceptors)
                {
                    builder.Services.AddSingleton<IInterceptor>(interceptor);
                }

                settings.Configure?.Invoke(builder);
            });
            try
            {
                await app.StartAsync();
            }
            catch
            {
                await app.DisposeAsync();
                throw;
            }

            return new(app, settings, dataDirectory, scratch, logs, statements);
        }
        catch
        {
            scratch?.Dispose();
            throw;
        }
    }

    /// <summary>Somebody with a client of their own, not signed in.</summary>
    public Person NewPerson() => new(Address, Mailbox);

    /// <summary>Somebody who is signed in, with the address proven.</summary>
    public async Task<Person> SignInAsync(string email, string? displayName = null)
    {
        var person = NewPerson();
        await person.SignInAsync(email, displayName);
        return person;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        scratch?.Dispose();
    }
}
