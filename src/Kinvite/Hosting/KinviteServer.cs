using Kinvite.Telemetry;
using Microsoft.Extensions.Options;

namespace Kinvite.Hosting;

/// <summary>The whole application, built the same way by the server's <c>Program.cs</c> and by tests.</summary>
public static class KinviteServer
{
    /// <summary>Where the server listens when nothing else is said.</summary>
    public const string DefaultUrl = "http://localhost:5080";

    /// <summary>The largest body that is read: 256 KiB.</summary>
    public const int MaxBodyBytes = 256 * 1024;

    /// <summary>Builds the application without starting it.</summary>
    /// <param name="args">Command-line configuration (<c>--urls …</c>).</param>
    /// <param name="configure">Changes the builder before the application is built; tests put their clock in here.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = typeof(KinviteServer).Assembly.GetName().Name,
        });
        builder.WebHost.UseStaticWebAssets();
        if (string.IsNullOrEmpty(builder.Configuration["URLS"]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        AddLogging(builder);
        // A start that is refused ends with its sentence; the host would log the same with a stack trace. Other faults end the program and show there.
        var serving = false;
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Information && Volatile.Read(ref serving));
        builder.Services.AddKinvite(builder.Configuration, builder.Environment);
        configure?.Invoke(builder);

        var app = builder.Build();
        // Before anything reads them: the parts that are put together next rely on what they say.
        KinviteOptionsCheck.Check(app.Services.GetRequiredService<IOptions<KinviteOptions>>().Value, app.Environment);
        app.Lifetime.ApplicationStarted.Register(() => Volatile.Write(ref serving, true));
        app.UseKinvite();
        app.MapKinvite();
        return app;
    }

    private static void AddLogging(WebApplicationBuilder builder)
    {
        // The framework's request log has paths, and paths have links in them; so has the scope that it puts around every other line.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Warning);
        // It says so whenever it forbids caching, which SecurityHeaders does besides; a wrong token is answered where the form is.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None);
        // The framework's half of it repeats what a provider's answer says, which came by the browser's address; ProviderForms says what is to be said.
        builder.Logging.AddFilter(typeof(Accounts.Oidc.OidcHandler).FullName, LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        // Races that a use case handles, and outages that FaultHandler reports, are not errors of EF's own.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Update", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Model", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Query", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Database", LogLevel.None);
        builder.Logging.AddFilter("Npgsql", LogLevel.None);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        if (builder.Environment.IsProduction())
        {
            builder.Logging.ClearProviders();
            builder.Logging.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }

        if (OtlpExport.IsConfigured(builder.Configuration))
        {
            OtlpExport.AddLogs(builder.Logging);
        }
    }
}
