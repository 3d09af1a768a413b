using Kinvite.Accounts;
using Kinvite.Http;
using Kinvite.Pages;

namespace Kinvite.Devices;

/// <summary><c>/who/leave</c>: the browser stops being the family's tablet. That takes somebody who looks after the children, signed in within the last ten minutes.</summary>
internal sealed class LeaveTabletPages(
    TabletDoor door, RemoveDevice remove, RecentSignIn recent, TabletCookie cookie, CurrentAccount current, FlashNotice flash, ProblemWords words)
{
    private const string Path = "/who/leave";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, static (HttpContext http, LeaveTabletPages page, CancellationToken ct) => page.ShowAsync(http, ct));
        routes.MapPost(Path, static (PostedForm form, HttpContext http, LeaveTabletPages page, CancellationToken ct) => page.LeaveAsync(form, http, ct));
    }

    private async Task<IResult> ShowAsync(HttpContext http, CancellationToken ct) => await door.FindAsync(cookie.Read(http.Request), ct) is { } tablet
        ? Page(tablet, problem: null)
        : new SeeOther("/who");

    private async Task<IResult> LeaveAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        if (!current.IsSignedIn)
        {
            return PageAnswers.SignInFirst(Path);
        }

        if (await door.FindAsync(cookie.Read(http.Request), ct) is not { } tablet)
        {
            return new SeeOther("/who");
        }

        if (!form.IsGenuine)
        {
            return Page(tablet, PageAnswers.StaleForm);
        }

        // An adult who forgot to sign out is no leave for the child that finds it.
        if (recent.Lacks == AccountProblems.Reauthenticate)
        {
            return PageAnswers.ConfirmFirst(Path);
        }

        var removed = await remove.HandleAsync(tablet.Family.Id, tablet.Device.Id, ct);
        if (removed.Refused(out var problem))
        {
            // To whoever is in another family this one does not exist; here they see its name.
            return Page(tablet, problem == Problem.NotFound ? Problem.RightsMissing : problem);
        }

        cookie.Delete(http);
        flash.Write(http, Notices.TabletLeft);
        return new SeeOther("/");
    }

    private IResult Page(Tablet tablet, Problem? problem) => PageAnswers.Page<LeaveTabletPage>(
        problem is null ? 200 : PageAnswers.StatusAtForm(problem),
        (nameof(LeaveTabletPage.FamilyName), tablet.Family.Name),
        (nameof(LeaveTabletPage.Trouble), problem is null ? null : words.AsNotice(problem)));
}
