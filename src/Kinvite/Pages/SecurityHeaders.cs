namespace Kinvite.Pages;

/// <summary>
/// What every answer tells the browser (OWASP ASVS 5.0, 3.4): only this host is asked for anything, nothing is framed, sniffed or guessed,
/// and pages that one reaches with a link from a message leave no trace of it.
/// </summary>
internal static class SecurityHeaders
{
    // Pages reached from messages: their address, or the one before it, has a secret in it. And the one that is made to show a secret.
    private static readonly PathString[] LinkPages =
        ["/join", "/j", "/invite", "/accept-invite", "/invite-link", "/sign-in/link", "/password/reset", "/sign-up/first", "/mail/stop", "/print"];

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        // At the last moment: an error page starts with cleared headers.
        context.Response.OnStarting(static state => Write((HttpContext)state), context);
        return next(context);
    });

    /// <summary>Whether this path is one that links in messages lead to.</summary>
    public static bool IsLinkPage(PathString path)
    {
        foreach (var page in LinkPages)
        {
            if (path.StartsWithSegments(page))
            {
                return true;
            }
        }

        return false;
    }

    private static Task Write(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Remove("blazor-enhanced-nav"); // an offer to a script that is not here
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (headers.ContentSecurityPolicy.Count == 0)
        {
            var targets = context.RequestServices.GetRequiredService<FormTargets>().Value;
            headers.ContentSecurityPolicy = $"default-src 'self'; form-action {targets}; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";
        }

        if (IsLinkPage(context.Request.Path))
        {
            headers["Referrer-Policy"] = "no-referrer";
            headers["X-Robots-Tag"] = "noindex";
            headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }

        if (!headers.ContainsKey("Referrer-Policy"))
        {
            headers["Referrer-Policy"] = "same-origin";
        }

        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }

        return Task.CompletedTask;
    }
}
