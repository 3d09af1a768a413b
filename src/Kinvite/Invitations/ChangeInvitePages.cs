using Kinvite.Http;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace Kinvite.Invitations;

/// <summary><c>/families/{familyId}/invitations/{id}/change</c>: another address, role, end or message while nobody has answered.</summary>
internal static class ChangeInvitePages
{
    /// <summary>Under <c>/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder circle)
    {
        var change = circle.MapGroup("/invitations/{id:guid}/change");
        change.MapGet("", GetAsync);
        change.MapPost("", PostAsync);
    }

    private static async Task<IResult> GetAsync(Guid familyId, Guid id, ShowChangeInvite show, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, id, ct);
        return shown.Refused(out var problem) ? InvitationsPages.Over(problem) : Show(shown.Value, StatusCodes.Status200OK, shown.Value.Form, FormFaults.None, null);
    }

    private static async Task<IResult> PostAsync(
        Guid familyId, Guid id, PostedForm form, HttpContext http, ShowChangeInvite show, ChangeInvite change, CurrentAccount account, ProblemWords words,
        FlashNotice flash, IStringLocalizer<InvitationTexts> texts, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, id, ct);
        if (shown.Refused(out var problem))
        {
            return InvitationsPages.Over(problem);
        }

        var (view, typed) = (shown.Value, ChangeInviteForm.Of(form));
        if (!form.IsGenuine)
        {
            return Again(view, typed, PageAnswers.StaleForm, words);
        }

        var (patch, faults) = typed.Read(view.Form, (view.ShowsEmail, view.ShowsPhone), view.Choices.Permissions.Count > 0, account.TimeZone);
        if (typed is { Email: null, Phone: null } && (patch.Email.IsSet || patch.Phone.IsSet) && !view.MayHandOver)
        {
            faults = [.. faults, view.Form.Phone is null ? new("email", "FaultNoAddress") : new("phone", "FaultNoNumber")];
        }

        if (faults.Count > 0)
        {
            return Show(view, StatusCodes.Status400BadRequest, typed, new(faults.ToDictionary(f => f.Field, f => texts[f.Text, f.Argument].Value, StringComparer.Ordinal)), null);
        }

        var changed = await change.HandleAsync(familyId, id, patch, ct);
        if (changed.Refused(out problem))
        {
            return problem == Problem.NotFound || problem == InvitationProblems.NotPending ? InvitationsPages.Over(problem) : Again(view, typed, problem, words);
        }

        var invite = changed.Value;
        if ((patch.Email.IsSet || patch.Phone.IsSet) && invite.Channel == InvitationChannel.None)
        {
            flash.Write(http, Notices.LinkRenewed);
            return new SeeOther($"/families/{familyId:D}/invitations/{id:D}/link");
        }

        var moved = patch.Email.IsSet || patch.Phone.IsSet;
        flash.Write(http, moved ? Notices.InvitationMoved : Notices.InvitationChanged, (moved ? null : invite.Name) ?? invite.Email ?? invite.Phone ?? texts["Somebody"].Value);
        return new SeeOther($"/families/{familyId:D}/invitations");
    }

    private static RazorComponentResult Again(ChangeInviteView view, ChangeInviteForm typed, Problem problem, ProblemWords words)
    {
        var faults = words.Faults(problem);
        // What stands in the way of an address is said at the address.
        if (!faults.Any && (typed.Email != view.Form.Email || typed.Phone != view.Form.Phone) && problem.Code is "invite.already_pending" or "invite.already_member" or "invite.recipient_declined" or "invite.disposable")
        {
            faults = new(new Dictionary<string, string>(StringComparer.Ordinal) { [typed.Phone is null || typed.Phone == view.Form.Phone ? "email" : "phone"] = words.Say(problem) });
        }

        return Show(view, PageAnswers.StatusAtForm(problem), typed, faults, faults.Any ? null : words.AsNotice(problem));
    }

    private static RazorComponentResult Show(ChangeInviteView view, int status, ChangeInviteForm form, FormFaults faults, NoticeText? trouble) =>
        PageAnswers.Page<ChangeInvitePage>(
            status,
            (nameof(ChangeInvitePage.View), view),
            (nameof(ChangeInvitePage.Form), form),
            (nameof(ChangeInvitePage.Faults), faults),
            (nameof(ChangeInvitePage.Trouble), trouble));
}
