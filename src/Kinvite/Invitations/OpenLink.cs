using System.Text.RegularExpressions;
using Kinvite.Http;
using Kinvite.Pages;

namespace Kinvite.Invitations;

/// <summary>
/// A link from a message: takes its token out of the address into the encrypted cookie and goes on to the consent screen.
/// Changes nothing else, so scanners and previews may open it; asks no database, so a forged one costs nothing.
/// </summary>
internal sealed partial class OpenLink(InvitationCookie cookie, ProblemWords words)
{
    private static readonly string[] Paths =
        ["/join/{token}", "/j/{token}", "/invite/{token}", "/accept-invite/{token}", "/invite-link/{token}"];

    public SeeOther Handle(HttpContext http, string? token) => new SeeOther(cookie.Put(http, token)?.Path ?? "/join");

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in Paths)
        {
            routes.MapGet(path, static (string token, HttpContext http, OpenLink open) => open.Handle(http, token)).ExcludeFromDescription();
        }

        routes.MapPost("/join/paste", static (PostedForm form, HttpContext http, OpenLink open) => open.Paste(http, form)).ExcludeFromDescription();
    }

    /// <summary>The form for whoever has the link in a message but cannot open it there.</summary>
    private IResult Paste(HttpContext http, PostedForm form)
    {
        var pasted = form["link"]?.Trim();
        if (form.IsGenuine && Opened(http, pasted) is { } inHand)
        {
            return new SeeOther(inHand.Path);
        }

        return PageAnswers.Page<JoinPage>(
            StatusCodes.Status400BadRequest,
            (nameof(JoinPage.View), new JoinView { State = JoinState.Unknown }),
            (nameof(JoinPage.Trouble), form.IsGenuine ? null : words.AsNotice(PageAnswers.StaleForm)),
            (nameof(JoinPage.PasteError), form.IsGenuine ? words.Faults(Problem.Invalid("link", "This is not a link of this server."))["link"] : null),
            (nameof(JoinPage.PastedLink), pasted));
    }

    // Copied with what stands around it in the message: every part that looks like a token is tried.
    private InvitationInHand? Opened(HttpContext http, string? pasted) =>
        TokenLike().Matches(pasted ?? "").Select(m => cookie.Put(http, m.Value)).FirstOrDefault(inHand => inHand is not null);

    [GeneratedRegex(@"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{48}(?![A-Za-z0-9_-])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex TokenLike();
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
