namespace Kinvite.Pages;

/// <summary>
/// Where the answer to a form may lead (CSP, <c>form-action</c>): here, and to the sign-in providers, because Chromium holds the redirects that follow a
/// form to the same list.
/// </summary>
internal sealed class FormTargets
{
    private volatile string value = "'self'";

    /// <summary>As it stands in the header.</summary>
    public string Value => value;

    /// <summary>Adds origins of others.</summary>
    public void Add(IEnumerable<string> origins) => value = string.Join(' ', ["'self'", .. origins]);
}
