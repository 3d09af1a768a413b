using Kinvite.Http;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.AccessRequests;

/// <summary><c>/families/{familyId}/requests</c>: who asks to come in, the answers, and who may ask no more.</summary>
internal static class RequestsPages
{
    /// <summary>Under <c>/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder circle)
    {
        circle.MapGet("/requests", GetAsync);
        circle.MapPost("/requests/{id:guid}/approve", ApproveAsync);
        circle.MapPost("/requests/{id:guid}/deny", DenyAsync);
        circle.MapPost("/requests/blocked/{accountId:guid}/unblock", UnblockAsync);
    }

    private static async Task<IResult> GetAsync(Guid familyId, ShowRequests show, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        return shown.Refused(out var problem) ? ErrorResponse.Page(problem) : Show(shown.Value, StatusCodes.Status200OK, trouble: null);
    }

    private static async Task<IResult> ApproveAsync(
        Guid familyId, Guid id, PostedForm form, HttpContext http, ShowRequests show, ApproveRequest approve, CurrentAccount account, ProblemWords words,
        FlashNotice flash, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        var chosen = ApproveForm.Of(form);
        var answer = chosen.Read(shown.Value.Waiting.FirstOrDefault(r => r.Id == id)?.Offered, account.TimeZone);
        problem = !form.IsGenuine ? PageAnswers.StaleForm : answer.Problem ?? (await approve.HandleAsync(familyId, id, answer.Value, ct)).Problem;
        if (problem is null)
        {
            return Answered(http, flash, Notices.RequestApproved, shown.Value, id);
        }

        var faults = words.Faults(problem);
        return problem == Problem.NotFound ? ErrorResponse.Page(problem) : PageAnswers.Page<RequestsPage>(
            PageAnswers.StatusAtForm(problem),
            (nameof(RequestsPage.View), shown.Value),
            (nameof(RequestsPage.Trouble), faults.Any ? null : words.AsNotice(problem)),
            (nameof(RequestsPage.Answered), id),
            (nameof(RequestsPage.Form), chosen),
            (nameof(RequestsPage.Faults), faults));
    }

    private static async Task<IResult> DenyAsync(
        Guid familyId, Guid id, PostedForm form, HttpContext http, ShowRequests show, DenyRequest deny, ProblemWords words, FlashNotice flash, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        var block = form.Ticked("block");
        problem = form.IsGenuine ? (await deny.HandleAsync(familyId, id, new(block), ct)).Problem : PageAnswers.StaleForm;
        return problem is not null
            ? Refused(shown.Value, problem, words)
            : Answered(http, flash, block ? Notices.RequestBlocked : Notices.RequestDenied, shown.Value, id);
    }

    private static async Task<IResult> UnblockAsync(
        Guid familyId, Guid accountId, PostedForm form, HttpContext http, ShowRequests show, UnblockAsker unblock, ProblemWords words, FlashNotice flash,
        CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        problem = form.IsGenuine ? (await unblock.HandleAsync(familyId, accountId, ct)).Problem : PageAnswers.StaleForm;
        if (problem is not null)
        {
            return Refused(shown.Value, problem, words);
        }

        flash.Write(http, Notices.AskerUnblocked, shown.Value.Blocked.FirstOrDefault(b => b.AccountId == accountId)?.Name ?? "");
        return new SeeOther($"/families/{familyId:D}/requests");
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
