using System.Globalization;
using Kinvite.Accounts;
using Kinvite.Http;
using Kinvite.Pages;

namespace Kinvite.Devices;

/// <summary>
/// <c>/who</c> on a family's shared tablet: the faces, a child's digits, its own page, and going back. The tablet's cookie says whose tablet it is;
/// while a child is in, the session's cookie is the child's.
/// </summary>
internal sealed class WhoPages(
    TabletDoor door, ListFaces list, SignInOnDevice signIn, ShowTabletHome home, Logout logout, TabletCookie tabletCookie, SessionCookie sessionCookie,
    CurrentAccount current, ProblemWords words)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/who");
        pages.MapGet("", static (HttpContext http, WhoPages page, CancellationToken ct) => page.FacesAsync(http, ct));
        pages.MapGet("/{memberId:guid}", static (Guid memberId, HttpContext http, WhoPages page, CancellationToken ct) => page.FaceAsync(memberId, http, ct));
        pages.MapPost("/{memberId:guid}", static (Guid memberId, PostedForm form, HttpContext http, WhoPages page, CancellationToken ct) => page.ComeInAsync(memberId, form, http, ct));
        pages.MapGet("/me", static (string? points, WhoPages page, CancellationToken ct) => page.HomeAsync(points, ct));
        pages.MapPost("/out", static (PostedForm form, HttpContext http, WhoPages page, CancellationToken ct) => page.OutAsync(form, http, ct));
    }

    private async Task<IResult> FacesAsync(HttpContext http, CancellationToken ct)
    {
        if (current.IsChild)
        {
            return new SeeOther("/who/me");
        }

        var tablet = await TabletAsync(http, ct);
        return PageAnswers.Page<WhoPage>(200, (nameof(WhoPage.Shown), tablet is null ? null : await list.HandleAsync(tablet, ct)));
    }

    private async Task<IResult> FaceAsync(Guid memberId, HttpContext http, CancellationToken ct) => await TabletAsync(http, ct) is { } tablet
        ? await DigitsAsync(tablet, memberId, http, problem: null, ct)
        : new SeeOther("/who");

    private async Task<IResult> ComeInAsync(Guid memberId, PostedForm form, HttpContext http, CancellationToken ct)
    {
        if (await TabletAsync(http, ct) is not { } tablet)
        {
            return new SeeOther("/who");
        }

        var tokens = form.IsGenuine ? await signIn.HandleAsync(tablet, new(memberId, form["pin"]?.Trim()), page: true, Caller.Of(http), ct) : PageAnswers.StaleForm;
        if (tokens.Refused(out var problem))
        {
            return await DigitsAsync(tablet, memberId, http, problem, ct);
        }

        // Whoever was signed in here is not any more: nothing of theirs is left beneath a child.
        if (current is { SessionId: not null, ByCookie: true })
        {
            await logout.HandleAsync(http, ct);
        }

        sessionCookie.Write(http, tokens.Value);
        tabletCookie.Write(http, tabletCookie.Read(http.Request)!);
        return new SeeOther("/who/me");
    }

    private async Task<IResult> HomeAsync(string? points, CancellationToken ct)
    {
        if (!current.IsChild)
        {
            return new SeeOther("/who");
        }

        var shown = await home.HandleAsync(points, ct);
        return shown.Refused(out var problem) ? ErrorResponse.Page(problem) : PageAnswers.Page<TabletHomePage>(200, (nameof(TabletHomePage.View), shown.Value));
    }

    private async Task<IResult> OutAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        // With an old form, too: going is never wrong, but only from a page of ours.
        if (current.IsChild && !form.IsGenuine)
        {
            return ErrorResponse.Page(PageAnswers.StaleForm);
        }

        if (current.IsChild)
        {
            await logout.HandleAsync(http, ct);
        }

        return new SeeOther("/who");
    }

    private async Task<IResult> DigitsAsync(Tablet tablet, Guid memberId, HttpContext http, Problem? problem, CancellationToken ct)
    {
        if (problem == Problem.AuthRequired)
        {
            return new SeeOther("/who");
        }

        var shown = await list.HandleAsync(tablet, ct);
        if (shown.Faces.FirstOrDefault(f => f.MemberId == memberId) is not { } face)
        {
            return ErrorResponse.Page(Problem.NotFound);
        }

        if (problem?.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return PageAnswers.Page<PinPage>(
            // A 401 would ask for a header that no browser has.
            problem is null ? 200 : problem.Status == 401 ? 400 : PageAnswers.StatusAtForm(problem),
            (nameof(PinPage.FamilyName), shown.FamilyName),
            (nameof(PinPage.Face), face),
            (nameof(PinPage.Wrong), problem == DeviceProblems.PinWrong ? words.Say(problem) : null),
            (nameof(PinPage.Trouble), problem is null || problem == DeviceProblems.PinWrong ? null : words.AsNotice(problem)));
    }

    private async Task<Tablet?> TabletAsync(HttpContext http, CancellationToken ct)
    {
        var token = tabletCookie.Read(http.Request);
        var tablet = await door.FindAsync(token, ct);
        if (tablet is null && token is not null)
        {
            tabletCookie.Delete(http); // removed meanwhile: an ordinary browser again
        }

        return tablet;
    }
}
