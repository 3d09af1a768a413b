using Kinvite.Hosting;

namespace Kinvite.Addresses;

/// <summary>
/// Domains of mailboxes that anybody opens for some minutes, or that everybody can read (<c>disposable-domains.txt</c>): nobody is invited there.
/// It guards against mistakes and play, not against somebody who wants in by another domain.
/// </summary>
internal sealed class DisposableDomains
{
    private const string Resource = "Kinvite.Addresses.disposable-domains.txt";

    private readonly HashSet<string> domains;
    private readonly HashSet<string> allowed;

    private DisposableDomains(IEnumerable<string> domains, IEnumerable<string> allowed) =>
        (this.domains, this.allowed) = (domains.ToHashSet(StringComparer.Ordinal), allowed.ToHashSet(StringComparer.Ordinal));

    /// <summary>The built-in list with the operator's changes.</summary>
    public static DisposableDomains Of(DisposableDomainOptions options) => new(BuiltIn().Concat(Split(options.Add)), Split(options.Allow));

    /// <summary>The built-in list as it is in the file.</summary>
    public static IEnumerable<string> BuiltIn()
    {
        using var stream = typeof(DisposableDomains).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"{Resource} is not in the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }

    /// <summary>The first of an operator's domains that is none, or null.</summary>
    public static string? Wrong(string? setting) => Split(setting).FirstOrDefault(d => EmailAddress.TryParse($"somebody@{d}") is null);

    /// <summary>The nearest name that is named decides: a subdomain may be fine where its domain is not, and the other way round.</summary>
    public bool Has(EmailAddress email)
    {
        for (var domain = email.Key[(email.Key.LastIndexOf('@') + 1)..]; domain.Length > 0; domain = domain.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0 ? domain[(dot + 1)..] : "")
        {
            if (allowed.Contains(domain))
            {
                return false;
            }

            if (domains.Contains(domain))
            {
                return true;
            }
        }

        return false;
    }

    // As in a canonical address: punycode, lower case.
    private static IEnumerable<string> Split(string? setting) =>
        (setting ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(d => EmailAddress.TryParse($"somebody@{d}") is { } address ? address.Key["somebody@".Length..] : d);
}
