using System.Reflection;
using System.Text.RegularExpressions;
using Kinvite.Harness;
using Kinvite.Hosting;

namespace Kinvite.Server.Tests.Operation;

/// <summary>Containerfile, compose.yaml and the guides, read against what the server really has.</summary>
public sealed partial class DeploymentTests
{
    private static readonly string Image = File.ReadAllText(Repository.Below("Containerfile"));
    private static readonly string Compose = File.ReadAllText(Repository.Below("compose.yaml"));
    private static readonly string Example = File.ReadAllText(Repository.Below("compose.env.example"));

    /// <summary>Every setting of section Kinvite as the environment writes it.</summary>
    private static readonly IReadOnlyList<string> Settings = [.. Names(typeof(KinviteOptions), "Kinvite__")];

    [Fact]
    public void Every_setting_that_the_image_and_compose_give_is_one_that_the_server_has()
    {
        var given = SettingName().Matches(Image + Compose).Select(m => m.Value).ToHashSet(StringComparer.Ordinal);

        Assert.Contains("Kinvite__DataDirectory", given);
        Assert.Contains("Kinvite__PublicUrl", given);
        Assert.Empty(given.Except(Settings.Append("ConnectionStrings__Kinvite")));
        Assert.Equal(["ASPNETCORE_ENVIRONMENT", "ASPNETCORE_URLS"], FrameworkName().Matches(Image).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_variable_of_compose_is_in_the_example_and_none_more()
    {
        var asked = Variable().Matches(Compose).Select(m => m.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal);
        var given = Example.Split('\n').Where(l => l.Contains('=') && !l.StartsWith('#')).Select(l => l[..l.IndexOf('=', StringComparison.Ordinal)]).Order(StringComparer.Ordinal);

        Assert.Equal(asked, given);
    }

    [Fact]
    public void The_image_runs_as_an_ordinary_user_in_production_and_says_whether_it_is_well()
    {
        var lines = Image.Split('\n');
        var last = Array.FindLastIndex(lines, l => l.StartsWith("FROM ", StringComparison.Ordinal));
        var user = Assert.Single(lines.Skip(last), l => l.StartsWith("USER ", StringComparison.Ordinal));

        Assert.Equal("USER $APP_UID", user);
        Assert.Contains("ASPNETCORE_ENVIRONMENT=Production", Image, StringComparison.Ordinal);
        Assert.Contains("HEALTHCHECK", Image, StringComparison.Ordinal);
        Assert.Contains("GET /health/ready ", Image, StringComparison.Ordinal);
        Assert.Contains($"\"{Path.GetFileName(ServerProcess.Program)}\"", Image, StringComparison.Ordinal);
        Assert.Contains($"src/{Path.GetFileNameWithoutExtension(ServerProcess.Program)} ", Image, StringComparison.Ordinal);
    }

    [Fact]
    public void One_port_throughout_and_only_this_machine_reaches_it()
    {
        var port = Port().Match(Image).Groups["port"].Value;

        Assert.Equal($"{new Uri(KinviteServer.DefaultUrl).Port}", port);
        Assert.Contains($"EXPOSE {port}\n", Image, StringComparison.Ordinal);
        Assert.Contains($"/dev/tcp/127.0.0.1/{port} ", Image, StringComparison.Ordinal);
        Assert.Contains($"- \"127.0.0.1:{port}:{port}\"", Compose, StringComparison.Ordinal);
        Assert.DoesNotContain("5432:", Compose, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_holds_no_secret()
    {
        foreach (var name in new[] { "MASTER_KEY", "POSTGRES_PASSWORD", "SMTP_PASSWORD" })
        {
            Assert.Contains($"\n{name}=\n", Example, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_setting_is_named_where_operators_read()
    {
        var words = string.Join('\n', Directory.EnumerateFiles(Repository.Below("docs", "guides"), "*.md").Append(Repository.Below("README.md")).Select(File.ReadAllText));

        Assert.True(Settings.Count > 20, "The settings were not found.");
        Assert.Empty(Settings.Where(s => !words.Contains($"`{s}`", StringComparison.Ordinal)));
        Assert.Empty(SettingName().Matches(words).Select(m => m.Value.TrimEnd('_')).Distinct(StringComparer.Ordinal)
            .Where(n => !Settings.Any(s => s == n || s.StartsWith(n + "__", StringComparison.Ordinal)) && n != "ConnectionStrings__Kinvite"));
    }

    [Fact]
    public void Every_command_is_in_the_guide()
    {
        var guide = File.ReadAllText(Repository.Below("docs", "guides", "operate.md"));
        var words = Assert.Throws<StartRefusedException>(() => Commands.From(["no-command"])).Message.Split('\n').Skip(1).Select(l => l.Trim().Split(' ')[0]).ToList();

        Assert.Contains("restore", words);
        Assert.All(words, command => Assert.Contains($"./kinvite {command}", guide, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Names(Type type, string prefix) =>
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        from name in property.PropertyType.Namespace == typeof(KinviteOptions).Namespace ? Names(property.PropertyType, $"{prefix}{property.Name}__")
            : property.PropertyType == typeof(Dictionary<string, OidcProviderOptions>) ? Names(typeof(OidcProviderOptions), $"{prefix}{property.Name}__Google__")
            : [prefix + property.Name]
        select name;

    [GeneratedRegex("(?:Kinvite|ConnectionStrings)__[A-Za-z_]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SettingName();

    [GeneratedRegex("ASPNETCORE_[A-Z]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FrameworkName();

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"ASPNETCORE_URLS=http://\+:(?<port>\d+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Port();
}
