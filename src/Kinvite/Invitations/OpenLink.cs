using Kinvite.Pages;

namespace Kinvite.Invitations;

/// <summary>
/// A link from a message: takes its token out of the address into the encrypted cookie and goes on to the consent screen.
/// Changes nothing else, so scanners and previews may open it; asks no database, so a forged one costs nothing.
/// </summary>
internal sealed class OpenLink(InvitationCookie cookie)
{
    private static readonly string[] Paths =
        ["/join/{token}", "/j/{token}", "/invite/{token}", "/accept-invite/{token}", "/invite-link/{token}"];

    // HEAD is what many mail scanners ask first.
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public IResult Handle(HttpContext http, string? token) => new SeeOther(cookie.Put(http, token)?.Path ?? "/join");

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in Paths)
        {
            routes.MapMethods(path, Methods, static (string token, HttpContext http, OpenLink open) => open.Handle(http, token)).ExcludeFromDescription();
        }
    }
}

internal static class OpenLinkConvention
{
    /// <summary>For the route <c>/join</c>: an address that still has <c>?token=</c> is cleaned before the page is made.</summary>
    public static TBuilder TakesTokenFromQuery<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(static async (context, next) =>
            context.HttpContext.Request.Query["token"].FirstOrDefault() is { Length: > 0 } token
                ? context.HttpContext.RequestServices.GetRequiredService<OpenLink>().Handle(context.HttpContext, token)
                : await next(context));
}
