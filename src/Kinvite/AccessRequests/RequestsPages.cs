using Kinvite.Http;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.AccessRequests;

/// <summary><c>/families/{familyId}/requests</c>: who asks to come in, and the answers.</summary>
internal static class RequestsPages
{
    /// <summary>Under <c>/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder circle)
    {
        circle.MapGet("/requests", GetAsync);
        circle.MapPost("/requests/{id:guid}/approve", ApproveAsync);
        circle.MapPost("/requests/{id:guid}/deny", DenyAsync);
    }

    private static async Task<IResult> GetAsync(Guid familyId, ShowRequests show, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        return shown.Refused(out var problem) ? ErrorResponse.Page(problem) : Show(shown.Value, StatusCodes.Status200OK, trouble: null);
    }

    private static async Task<IResult> ApproveAsync(
        Guid familyId, Guid id, PostedForm form, HttpContext http, ShowRequests show, ApproveRequest approve, ProblemWords words, FlashNotice flash,
        CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        problem = form.IsGenuine ? (await approve.HandleAsync(familyId, id, new(Role: form.Filled("role")), ct)).Problem : PageAnswers.StaleForm;
        return problem is not null ? Refused(shown.Value, problem, words) : Answered(http, flash, Notices.RequestApproved, shown.Value, id);
    }

    private static async Task<IResult> DenyAsync(
        Guid familyId, Guid id, PostedForm form, HttpContext http, ShowRequests show, DenyRequest deny, ProblemWords words, FlashNotice flash, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        problem = form.IsGenuine ? (await deny.HandleAsync(familyId, id, new(form.Ticked("block")), ct)).Problem : PageAnswers.StaleForm;
        return problem is not null ? Refused(shown.Value, problem, words) : Answered(http, flash, Notices.RequestDenied, shown.Value, id);
    }

    private static RazorComponentResult Refused(RequestsView view, Problem problem, ProblemWords words) =>
        problem == Problem.NotFound ? ErrorResponse.Page(problem) : Show(view, PageAnswers.StatusAtForm(problem), words.AsNotice(problem));

    private static SeeOther Answered(HttpContext http, FlashNotice flash, NoticeKey notice, RequestsView before, Guid id)
    {
        flash.Write(http, notice, before.Waiting.FirstOrDefault(r => r.Id == id)?.Name ?? "");
        return new($"/families/{before.FamilyId:D}/requests");
    }

    private static RazorComponentResult Show(RequestsView view, int status, NoticeText? trouble) => PageAnswers.Page<RequestsPage>(
        status, (nameof(RequestsPage.View), view), (nameof(RequestsPage.Trouble), trouble));
}
