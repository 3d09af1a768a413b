using Kinvite.Accounts;
using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Pages;

namespace Kinvite.Devices;

/// <summary><c>/families/{familyId}/devices</c>: the family's shared tablets; making this browser one, and removing one.</summary>
internal sealed class TabletsPages(
    FamilyDoor door, TabletDoor tabletDoor, ListDevices list, ShareDevice share, RemoveDevice remove, Logout logout, TabletCookie cookie, FlashNotice flash, ProblemWords words)
{
    private const int Shown = 100;

    /// <summary>Under <c>/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder circle)
    {
        circle.MapGet("/devices", static (Guid familyId, HttpContext http, TabletsPages page, CancellationToken ct) => page.ShowAsync(familyId, http, 200, problem: null, name: null, ct));
        circle.MapPost("/devices", static (Guid familyId, PostedForm form, HttpContext http, TabletsPages page, CancellationToken ct) => page.ShareAsync(familyId, form, http, ct));
        circle.MapPost("/devices/{id:guid}/remove", static (Guid familyId, Guid id, PostedForm form, HttpContext http, TabletsPages page, CancellationToken ct) => page.RemoveAsync(familyId, id, form, http, ct));
    }

    // From here on the browser is the family's, and nobody's own: whoever made it that is signed out on it.
    private async Task<IResult> ShareAsync(Guid familyId, PostedForm form, HttpContext http, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        var shared = form.IsGenuine ? await share.HandleAsync(familyId, new(form["name"]), ct) : PageAnswers.StaleForm;
        if (shared.Refused(out problem))
        {
            return await ShowAsync(familyId, http, PageAnswers.StatusAtForm(problem), problem, form["name"], ct);
        }

        cookie.Write(http, shared.Value.DeviceToken!);
        await logout.HandleAsync(http, ct);
        flash.Write(http, Notices.TabletAdded, entered.Value.Family.Name);
        return new SeeOther("/who");
    }

    private async Task<IResult> RemoveAsync(Guid familyId, Guid id, PostedForm form, HttpContext http, CancellationToken ct)
    {
        var problem = form.IsGenuine ? (await remove.HandleAsync(familyId, id, ct)).Problem : PageAnswers.StaleForm;
        if (problem is not null)
        {
            return problem.Status is 403 or 404 ? ErrorResponse.Page(problem) : await ShowAsync(familyId, http, PageAnswers.StatusAtForm(problem), problem, name: null, ct);
        }

        // Where it was this one, its cookie opens nothing any more.
        flash.Write(http, Notices.TabletRemoved);
        return new SeeOther($"/families/{familyId:D}/devices");
    }

    private async Task<IResult> ShowAsync(Guid familyId, HttpContext http, int status, Problem? problem, string? name, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var refusal))
        {
            return ErrorResponse.Page(refusal);
        }

        var listed = await list.HandleAsync(familyId, Shown, cursor: null, ct);
        if (listed.Refused(out refusal))
        {
            return ErrorResponse.Page(refusal);
        }

        var here = await tabletDoor.FindAsync(cookie.Read(http.Request), ct);
        return PageAnswers.Page<TabletsPage>(
            status,
            (nameof(TabletsPage.View), new TabletsView(familyId, entered.Value.Family.Name, listed.Value.Items, here?.Family.Id == familyId ? here.Device.Id : null)),
            (nameof(TabletsPage.Name), name),
            (nameof(TabletsPage.Faults), problem is null ? FormFaults.None : words.Faults(problem)),
            (nameof(TabletsPage.Trouble), problem is null or { Code: "validation" } ? null : words.AsNotice(problem)));
    }
}
