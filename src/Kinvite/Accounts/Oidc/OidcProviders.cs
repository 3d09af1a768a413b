using System.Text.RegularExpressions;
using Kinvite.Hosting;
using Kinvite.Pages;
using Microsoft.Extensions.Options;

namespace Kinvite.Accounts.Oidc;

/// <summary>A provider that people may sign in with.</summary>
internal sealed class OidcProvider(string name, OidcProviderOptions settings)
{
    /// <summary>As the setting calls it, and the button says: <c>Google</c>.</summary>
    public string Name => name;

    /// <summary>What the provider knows this server by.</summary>
    public OidcProviderOptions Settings => settings;

    /// <summary>The name as it stands in addresses, and of the scheme.</summary>
    public string Slug { get; } = name.ToLowerInvariant();

    /// <summary>Where the button goes.</summary>
    public string StartPath => $"/sign-in/with/{Slug}";

    /// <summary>Where the provider sends people back to; below <c>PublicUrl</c> this is what is registered there.</summary>
    public string CallbackPath => $"/sign-in/with/{Slug}/callback";
}

/// <summary>Those that are configured; what their pages may send forms to is learnt from their own documents.</summary>
internal sealed partial class OidcProviders(IOptions<KinviteOptions> options, OidcDocuments documents, FormTargets targets)
{
    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<OidcProvider> All { get; } = Of(options.Value);

    public static IReadOnlyList<OidcProvider> Of(KinviteOptions options) =>
        [.. options.Oidc.Select(o => new OidcProvider(o.Key, o.Value)).OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase)];

    public OidcProvider? TryFind(string? slug) => All.FirstOrDefault(p => p.Slug == slug);

    /// <summary>Reads every provider's document, as far as it can be reached, so that the first who presses a button finds the way open.</summary>
    public async Task LearnAsync(CancellationToken ct)
    {
        var origins = new SortedSet<string>(All.Select(p => OriginOf(p.Settings.Authority!)), StringComparer.Ordinal);
        targets.Add(origins);
        foreach (var provider in All)
        {
            if (await documents.TryGetAsync(provider, ct) is { } document)
            {
                origins.Add(OriginOf(document.AuthorizationEndpoint));
            }
        }

        targets.Add(origins);
    }

    /// <summary>What is wrong with the settings, each with its remedy.</summary>
    public static IEnumerable<string> Wrong(KinviteOptions options)
    {
        foreach (var (name, settings) in options.Oidc)
        {
            var setting = $"Kinvite__Oidc__{name}";
            if (!NamePattern().IsMatch(name))
            {
                yield return $"{setting}: a provider's name is 1 to 40 letters, digits and dashes; it stands on the button.";
            }

            if (settings.Authority is not { IsAbsoluteUri: true } authority || authority.Query.Length > 0 || authority.Fragment.Length > 0
                || !(authority.Scheme == "https" || authority is { Scheme: "http", IsLoopback: true }))
            {
                yield return $"{setting}__Authority must be the provider's issuer with https, for example https://accounts.example.com.";
            }

            if (string.IsNullOrWhiteSpace(settings.ClientId) || string.IsNullOrWhiteSpace(settings.ClientSecret))
            {
                yield return $"{setting}__ClientId and __ClientSecret are both needed: the provider gives them when this server is registered there.";
            }
        }

        foreach (var twice in options.Oidc.Keys.GroupBy(k => k, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            yield return $"Kinvite__Oidc__{twice.Key} is there twice; give each provider a name of its own.";
        }
    }

    private static string OriginOf(Uri address) => address.GetLeftPart(UriPartial.Authority);

    [GeneratedRegex("^[A-Za-z0-9-]{1,40}\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex NamePattern();
}

/// <summary>Reads the providers' documents once at start, and waits for nobody: a provider that is down must not keep this server down.</summary>
internal sealed class OidcWarmUp(OidcProviders providers) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => providers.All.Count == 0 ? Task.CompletedTask : providers.LearnAsync(stoppingToken);
}
