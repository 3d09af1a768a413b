using Kinvite.Http;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.AccessRequests;

/// <summary><c>/request-access</c>: asks to join a family, or to see a child; and what one has asked so far. A page for anybody.</summary>
internal static class AskPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var asking = pages.MapGroup("/request-access").ExcludeFromDescription();
        asking.MapGet("", GetAsync);
        asking.MapPost("", PostAsync);
        asking.MapPost("/{id:guid}/withdraw", WithdrawAsync);
    }

    private static async Task<IResult> GetAsync(string? familyId, string? childId, string? babyId, string? before, ShowAsk show, CancellationToken ct) =>
        Show(await show.HandleAsync(AskTarget.Of(familyId, childId, babyId), before, ct), StatusCodes.Status200OK);

    private static async Task<IResult> PostAsync(
        PostedForm form, HttpContext http, ShowAsk show, AskForAccess ask, CurrentAccount account, ProblemWords words, FlashNotice flash, CancellationToken ct)
    {
        var target = AskTarget.Of(form["familyId"], form["childId"], babyId: null);
        if (form.IsGenuine && (target is null || !account.IsSignedIn))
        {
            return target is null ? new SeeOther("/request-access") : PageAnswers.SignInFirst(target.Path);
        }

        var asked = form.IsGenuine && target is not null
            ? (await ask.HandleAsync(new(target.IsChild ? null : target.Id, target.IsChild ? target.Id : null, form.Filled("message")), ct)).Problem
            : PageAnswers.StaleForm;
        if (asked is null)
        {
            flash.Write(http, Notices.RequestSent);
            return new SeeOther(target!.Path);
        }

        var faults = words.Faults(asked);
        return Show(
            await show.HandleAsync(target, cursor: null, ct), PageAnswers.StatusAtForm(asked), form["message"], faults, faults.Any ? null : words.AsNotice(asked));
    }

    private static async Task<IResult> WithdrawAsync(
        Guid id, PostedForm form, HttpContext http, ShowAsk show, WithdrawRequest withdraw, CurrentAccount account, ProblemWords words, FlashNotice flash, CancellationToken ct)
    {
        var target = AskTarget.Of(form["familyId"], form["childId"], babyId: null);
        var page = target?.Path ?? "/request-access";
        if (form.IsGenuine && !account.IsSignedIn)
        {
            return PageAnswers.SignInFirst(page);
        }

        if ((form.IsGenuine ? (await withdraw.HandleAsync(id, ct)).Problem : PageAnswers.StaleForm) is not { } problem)
        {
            flash.Write(http, Notices.RequestWithdrawn);
            return new SeeOther(page);
        }

        return problem == Problem.NotFound
            ? ErrorResponse.Page(problem)
            : Show(await show.HandleAsync(target, cursor: null, ct), PageAnswers.StatusAtForm(problem), trouble: words.AsNotice(problem));
    }

    private static RazorComponentResult Show(AskView view, int status, string? message = null, FormFaults? faults = null, NoticeText? trouble = null) =>
        PageAnswers.Page<AskPage>(
            status,
            (nameof(AskPage.View), view),
            (nameof(AskPage.Message), message),
            (nameof(AskPage.Faults), faults ?? FormFaults.None),
            (nameof(AskPage.Trouble), trouble));
}
