using Microsoft.Extensions.Options;

namespace Kinvite.Hosting;

/// <summary>What an option is when nobody says otherwise; Production asks where a guess could hurt.</summary>
internal sealed class KinviteDefaults(IHostEnvironment environment) : IConfigureOptions<KinviteOptions>, IPostConfigureOptions<KinviteOptions>
{
    public void Configure(KinviteOptions options)
    {
    }

    public void PostConfigure(string? name, KinviteOptions options)
    {
        if (!environment.IsProduction())
        {
            options.PublicUrl ??= new Uri(KinviteServer.DefaultUrl);
        }

        options.SignUp ??= environment.IsProduction() ? "invited" : "open";
        options.DataDirectory = Path.GetFullPath(string.IsNullOrWhiteSpace(options.DataDirectory) ? DefaultDataDirectory() : options.DataDirectory);
    }

    // Beside the solution when run from a checkout, else beside the program: never the working directory, which changes with the caller.
    private static string DefaultDataDirectory()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Kinvite.slnx")))
            {
                return Path.Combine(directory.FullName, "data");
            }
        }

        return Path.Combine(AppContext.BaseDirectory, "data");
    }
}
