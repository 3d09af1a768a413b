using Kinvite.Http;
using Kinvite.Pages;

namespace Kinvite.Accounts;

/// <summary><c>/account/devices</c>: where one is signed in, and signing out there.</summary>
internal sealed class DevicesPages(ListSessions list, EndSession end, EndSessions endAll, SessionCookie cookie, FlashNotice flash, ProblemWords words)
{
    /// <summary>Behind a sign-in.</summary>
    public static void Map(IEndpointRouteBuilder signedIn)
    {
        var pages = signedIn.MapGroup("/account/devices");
        pages.MapGet("", static (DevicesPages page, CancellationToken ct) => page.ShowAsync(200, problem: null, ct));
        pages.MapPost("/end", static (PostedForm form, HttpContext http, DevicesPages page, CancellationToken ct) => page.EndAsync(form, http, ct));
        pages.MapPost("/end-others", static (PostedForm form, HttpContext http, DevicesPages page, CancellationToken ct) => page.EndAllAsync(form, http, current: false, ct));
        pages.MapPost("/end-all", static (PostedForm form, HttpContext http, DevicesPages page, CancellationToken ct) => page.EndAllAsync(form, http, current: true, ct));
    }

    private async Task<IResult> EndAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var ended = !form.IsGenuine ? PageAnswers.StaleForm : await end.HandleAsync(form.Id("id"), ct);
        // One that is over already is what was wanted.
        return ended.Refused(out var problem) && problem != Problem.NotFound ? await ShowAsync(400, problem, ct) : Done(http, problem is null && ended.Value, Notices.DeviceSignedOut);
    }

    private async Task<IResult> EndAllAsync(PostedForm form, HttpContext http, bool current, CancellationToken ct)
    {
        if (!form.IsGenuine)
        {
            return await ShowAsync(400, PageAnswers.StaleForm, ct);
        }

        var ended = await endAll.HandleAsync(current, ct);
        return ended.Refused(out var problem) ? await ShowAsync(400, problem, ct) : Done(http, current, Notices.OthersSignedOut);
    }

    private SeeOther Done(HttpContext http, bool here, NoticeKey said)
    {
        if (here)
        {
            cookie.Delete(http);
            flash.Write(http, Notices.SignedOut);
            return new SeeOther("/");
        }

        flash.Write(http, said);
        return new SeeOther("/account/devices");
    }

    private async Task<IResult> ShowAsync(int status, Problem? problem, CancellationToken ct) => problem == Problem.AuthRequired
        ? PageAnswers.SignInFirst("/account/devices") // signed out a moment ago, elsewhere
        : PageAnswers.Page<DevicesPage>(
        status,
        (nameof(DevicesPage.Sessions), (await list.HandleAsync(ct)).Items),
        (nameof(DevicesPage.Trouble), problem is null ? null : words.AsNotice(problem)));
}
