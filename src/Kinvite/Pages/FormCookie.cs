namespace Kinvite.Pages;

/// <summary>
/// The cookie that form tokens are held against. PublicUrl alone says whether it is secure: the framework's own policy refuses every page
/// where TLS ends at a proxy and the request itself arrives without it.
/// </summary>
internal sealed class FormCookie : CookieBuilder
{
    private readonly bool secure;

    public FormCookie(bool secure)
    {
        this.secure = secure;
        Name = secure ? "__Host-kinvite-form" : "kinvite-form";
        Path = "/";
        HttpOnly = true;
        IsEssential = true;
        SameSite = SameSiteMode.Lax;
        SecurePolicy = CookieSecurePolicy.None;
    }

    public override CookieOptions Build(HttpContext context, DateTimeOffset expiresFrom)
    {
        var options = base.Build(context, expiresFrom);
        options.Secure = secure;
        return options;
    }
}
