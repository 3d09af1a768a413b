using System.Text;
using Kinvite.Http;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.Invitations;

/// <summary><c>/families/{familyId}/invitations/import</c>: a file with people is looked over first, and sent by a second step.</summary>
internal static class ImportPages
{
    /// <summary>Under <c>/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder circle)
    {
        var import = circle.MapGroup("/invitations/import");
        import.MapGet("", GetAsync);
        import.MapPost("", ReadAsync);
        import.MapPost("/send", SendAsync);
    }

    private static async Task<IResult> GetAsync(Guid familyId, ShowImport show, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, file: null, ct);
        return shown.Refused(out var problem) ? ErrorResponse.Page(problem) : Show(shown.Value.View, StatusCodes.Status200OK, new());
    }

    private static async Task<IResult> ReadAsync(Guid familyId, PostedForm form, ShowImport show, ProblemWords words, CancellationToken ct)
    {
        // A browser sends an empty part where no file was chosen; it reads as an empty file.
        var shown = await show.HandleAsync(familyId, form.IsGenuine ? await form.FileAsync("file", ct) ?? [] : null, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        var view = shown.Value.View;
        var status = !form.IsGenuine || view.Trouble is not null ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
        return Show(view, status, new(), trouble: form.IsGenuine ? null : words.AsNotice(PageAnswers.StaleForm));
    }

    private static async Task<IResult> SendAsync(
        Guid familyId, PostedForm form, HttpContext http, ShowImport show, ShowInvitations invitations, CreateInvites create, ProblemWords words, FlashNotice flash,
        CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, Encoding.UTF8.GetBytes(form["people"] ?? ""), ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        var ((view, people), typed) = (shown.Value, ImportForm.Of(form));
        if (!form.IsGenuine)
        {
            return Show(view, StatusCodes.Status400BadRequest, typed, trouble: words.AsNotice(PageAnswers.StaleForm));
        }

        // A day that was to come has passed meanwhile, or somebody has sent something else.
        if (people.Count == 0 || view.ReadyCount < view.Rows.Count)
        {
            return Show(view, StatusCodes.Status400BadRequest, typed);
        }

        var asked = typed.Read(people, view.Choices.MailIsOn);
        var created = await create.HandleAsync(familyId, asked, ct);
        if (created.Refused(out problem))
        {
            return problem.Status is 403 or 404 ? ErrorResponse.Page(problem) : Again(view, typed, problem, words);
        }

        return created.Value.Ok
            ? InvitationsPages.Done(familyId, asked, created.Value, http, flash)
            : await InvitationsPages.RefusedAsync(invitations, familyId, typed.AsInviteForm, asked, created.Value, words, ct);
    }

    private static RazorComponentResult Again(ImportView view, ImportForm typed, Problem problem, ProblemWords words)
    {
        var faults = words.Faults(problem);
        return Show(view, PageAnswers.StatusAtForm(problem), typed, faults, faults.Any ? null : words.AsNotice(problem));
    }

    private static RazorComponentResult Show(ImportView view, int status, ImportForm form, FormFaults? faults = null, NoticeText? trouble = null) =>
        PageAnswers.Page<ImportPage>(
            status,
            (nameof(ImportPage.View), view),
            (nameof(ImportPage.Form), form),
            (nameof(ImportPage.Faults), faults ?? FormFaults.None),
            (nameof(ImportPage.Trouble), trouble));
}
