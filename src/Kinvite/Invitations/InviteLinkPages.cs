using Kinvite.Http;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.Invitations;

/// <summary><c>/families/{familyId}/invitations/open</c>: the family's open link, made, shown and withdrawn.</summary>
internal static class InviteLinkPages
{
    /// <summary>Under <c>/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder circle)
    {
        var open = circle.MapGroup("/invitations/open");
        open.MapGet("", GetAsync);
        open.MapPost("", MakeAsync);
        open.MapPost("/revoke", RevokeAsync);
    }

    private static async Task<IResult> GetAsync(Guid familyId, ShowInviteLink show, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        return shown.Refused(out var problem) ? ErrorResponse.Page(problem) : Show(shown.Value);
    }

    private static async Task<IResult> MakeAsync(
        Guid familyId, PostedForm form, HttpContext http, ShowInviteLink show, CreateInviteLink create, ProblemWords words, FlashNotice flash, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        var typed = InviteLinkForm.Of(form);
        var made = form.IsGenuine ? await create.HandleAsync(familyId, typed.Read(shown.Value.Choices), ct) : PageAnswers.StaleForm;
        if (made.Refused(out problem))
        {
            var faults = words.Faults(InviteLinkForm.AtFields(problem));
            return Show(shown.Value, PageAnswers.StatusAtForm(problem), typed, faults, faults.Any ? null : words.AsNotice(problem));
        }

        flash.Write(http, Notices.OpenLinkMade);
        return new SeeOther(PageOf(familyId));
    }

    private static async Task<IResult> RevokeAsync(
        Guid familyId, PostedForm form, HttpContext http, ShowInviteLink show, RevokeInviteLink revoke, ProblemWords words, FlashNotice flash, CancellationToken ct)
    {
        var problem = form.IsGenuine ? (await revoke.HandleAsync(familyId, form.Id("id"), ct)).Problem : PageAnswers.StaleForm;
        if (problem is null)
        {
            flash.Write(http, Notices.OpenLinkRevoked);
            return new SeeOther($"/families/{familyId:D}/invitations");
        }

        var shown = await show.HandleAsync(familyId, ct);
        return problem == Problem.NotFound || shown.Problem is not null
            ? ErrorResponse.Page(shown.Problem ?? problem)
            : Show(shown.Value, PageAnswers.StatusAtForm(problem), trouble: words.AsNotice(problem));
    }

    private static string PageOf(Guid familyId) => $"/families/{familyId:D}/invitations/open";

    private static RazorComponentResult Show(
        InviteLinkView view, int status = StatusCodes.Status200OK, InviteLinkForm? form = null, FormFaults? faults = null, NoticeText? trouble = null) =>
        PageAnswers.Page<InviteLinkPage>(
            status,
            (nameof(InviteLinkPage.View), view),
            (nameof(InviteLinkPage.Form), form),
            (nameof(InviteLinkPage.Faults), faults ?? FormFaults.None),
            (nameof(InviteLinkPage.Trouble), trouble));
}
