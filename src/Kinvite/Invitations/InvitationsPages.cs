using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Http;
using Kinvite.Operator;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Kinvite.Invitations;

/// <summary><c>/families/{familyId}/invitations</c>: inviting, and what became of it.</summary>
internal static class InvitationsPages
{
    /// <summary>Under <c>/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder circle)
    {
        var invitations = circle.MapGroup("/invitations");
        invitations.MapGet("", GetAsync);
        invitations.MapPost("", InviteAsync);
        invitations.MapGet("/{id:guid}/link", LinkAsync);
        invitations.MapPost("/{id:guid}/resend", ResendAsync);
        invitations.MapPost("/{id:guid}/revoke", RevokeAsync);
    }

    /// <param name="familyId">The family.</param>
    /// <param name="waiting">Where the waiting ones go on.</param>
    /// <param name="earlier">Where the ended ones go on.</param>
    /// <param name="again">An earlier invitation whose person is invited once more: the form is filled in, nothing is sent.</param>
    /// <param name="profile">A profile without account that is to get one.</param>
    /// <param name="child">A child for whom somebody is to be invited.</param>
    /// <param name="show">The page's content.</param>
    /// <param name="get">What the earlier one said.</param>
    /// <param name="ct">Ends the wait.</param>
    private static async Task<IResult> GetAsync(
        Guid familyId, string? waiting, string? earlier, Guid? again, [FromQuery(Name = "for")] Guid? profile, Guid? child, ShowInvitations show, GetInvite get, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, waiting, earlier, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        if (again is { } id)
        {
            var before = await get.HandleAsync(familyId, id, ct);
            return before.Refused(out problem) ? ErrorResponse.Page(problem) : Show(shown.Value, form: InviteForm.Again(before.Value), isAgain: true);
        }

        var choices = shown.Value.Choices;
        return choices.Profiles.FirstOrDefault(p => p.Id == profile) is { } chosen
            ? Show(shown.Value, form: new() { MemberId = chosen.Id, Name = chosen.Name }, isAgain: true)
            : choices.Children.FirstOrDefault(c => c.Id == child) is { } looked
                ? Show(shown.Value, form: new() { Children = [looked.Id] }, isAgain: true)
                : Show(shown.Value);
    }

    private static async Task<IResult> InviteAsync(
        Guid familyId, PostedForm form, HttpContext http, ShowInvitations show, CreateInvites create, RecordDemand demand, CurrentAccount account, MailSetup mail,
        TextReadiness texts, ProblemWords words, FlashNotice flash, IStringLocalizer<InvitationTexts> says, TimeProvider clock, CancellationToken ct)
    {
        var typed = InviteForm.Of(form);
        if (!form.IsGenuine)
        {
            return await AgainAsync(show, familyId, typed, PageAnswers.StaleForm, words, ct);
        }

        if (typed.ByPhone && !await texts.IsReadyAsync(ct))
        {
            return await WantedAsync(show, familyId, typed, demand, http, words, flash, ct);
        }

        var (asked, faults) = typed.Read(mail.IsOn, account.TimeZone, clock.Now());
        if (faults.Count > 0)
        {
            return await AgainAsync(show, familyId, typed, new(faults.ToDictionary(f => f.Field, f => says[f.Text, f.Argument].Value, StringComparer.Ordinal)), ct);
        }

        var created = await create.HandleAsync(familyId, asked, ct);
        if (created.Refused(out var problem))
        {
            return problem.Status is 403 or 404 ? ErrorResponse.Page(problem) : await AgainAsync(show, familyId, typed, problem, words, ct);
        }

        if (!created.Value.Ok)
        {
            return await RefusedAsync(show, familyId, typed, asked, created.Value, words, ct);
        }

        return Done(familyId, asked, created.Value, http, flash);
    }

    // Phone is a choice where texts are off, too: pressing it tells whoever runs the server that it is wanted.
    private static async Task<IResult> WantedAsync(
        ShowInvitations show, Guid familyId, InviteForm typed, RecordDemand demand, HttpContext http, ProblemWords words, FlashNotice flash, CancellationToken ct)
    {
        var wanted = await demand.HandleAsync(familyId, new(DemandEntry.SmsInvite), ct);
        if (wanted.Refused(out var problem))
        {
            return problem.Status is 403 or 404 ? ErrorResponse.Page(problem) : await AgainAsync(show, familyId, typed, problem, words, ct);
        }

        flash.Write(http, Notices.DemandNoted);
        return new SeeOther($"/families/{familyId:D}/invitations");
    }

    private static async Task<IResult> LinkAsync(Guid familyId, Guid id, ShowInvitationLink show, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, id, ct);
        return shown.Refused(out var problem)
            ? Over(problem)
            : PageAnswers.Page<InvitationLinkPage>(StatusCodes.Status200OK, (nameof(InvitationLinkPage.View), shown.Value));
    }

    private static async Task<IResult> ResendAsync(
        Guid familyId, Guid id, PostedForm form, HttpContext http, ShowInvitations show, ResendInvite resend, ProblemWords words, FlashNotice flash,
        CancellationToken ct)
    {
        if (!form.IsGenuine)
        {
            return await AgainAsync(show, familyId, new(), PageAnswers.StaleForm, words, ct);
        }

        var resent = await resend.HandleAsync(familyId, id, ct);
        if (resent.Refused(out var problem))
        {
            return problem == Problem.NotFound ? ErrorResponse.Page(problem) : await AgainAsync(show, familyId, new(), problem, words, ct);
        }

        var invite = resent.Value;
        var handedOver = invite.Channel == InvitationChannel.None;
        flash.Write(http, handedOver ? Notices.LinkRenewed : Notices.InvitationResent, invite.Name ?? invite.Email ?? invite.Phone ?? "");
        return new SeeOther(handedOver ? $"/families/{familyId:D}/invitations/{id:D}/link" : $"/families/{familyId:D}/invitations");
    }

    private static async Task<IResult> RevokeAsync(
        Guid familyId, Guid id, PostedForm form, HttpContext http, ShowInvitations show, GetInvite get, RevokeInvite revoke, ProblemWords words, FlashNotice flash,
        CancellationToken ct)
    {
        var before = await get.HandleAsync(familyId, id, ct);
        var problem = before.Problem ?? (form.IsGenuine ? (await revoke.HandleAsync(familyId, id, ct)).Problem : PageAnswers.StaleForm);
        if (problem is not null)
        {
            return problem == Problem.NotFound ? ErrorResponse.Page(problem) : await AgainAsync(show, familyId, new(), problem, words, ct);
        }

        flash.Write(http, (before.Value.Name ?? before.Value.Email ?? before.Value.Phone) is null ? Notices.LinkRevoked : Notices.InvitationRevoked, before.Value.Name ?? before.Value.Email ?? before.Value.Phone ?? "");
        return new SeeOther($"/families/{familyId:D}/invitations");
    }

    /// <summary>Everything was made, or was there already.</summary>
    public static SeeOther Done(Guid familyId, CreateInvitesRequest asked, CreateInvitesResponse created, HttpContext http, FlashNotice flash)
    {
        var page = $"/families/{familyId:D}/invitations";
        var only = created.Items.Count == 1 ? created.Items[0] : null;
        var who = asked.Invites![0]!.Name ?? asked.Invites[0]!.Email ?? asked.Invites[0]!.Phone ?? "";
        if (!asked.Notify && only is { Outcome: InviteOutcome.Created, Invite: { } made })
        {
            flash.Write(http, Notices.LinkMade);
            return new($"{page}/{made.Id:D}/link");
        }

        var (notice, arguments) = only?.Outcome switch
        {
            InviteOutcome.Created => (Notices.InvitationCreated, (string[])[who]),
            InviteOutcome.AlreadyInvited => (Notices.AlreadyInvited, [who]),
            InviteOutcome.AlreadyMember => (Notices.AlreadyMember, [who]),
            _ when created.Count < created.Items.Count => (Notices.InvitationsMixed, [Number(created.Count), Number(created.Items.Count - created.Count)]),
            _ => (asked.Notify ? Notices.InvitationsCreated : Notices.LinksMade, [Number(created.Count)]),
        };
        flash.Write(http, notice, arguments);
        return new(page);
    }

    /// <summary>Some were made: those stay out of the form, so that sending it again asks only for the rest.</summary>
    public static async Task<IResult> RefusedAsync(
        ShowInvitations show, Guid familyId, InviteForm typed, CreateInvitesRequest asked, CreateInvitesResponse created, ProblemWords words, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, waiting: null, earlier: null, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        var outcomes = created.Items.Select(i => new AddressOutcome(
            asked.Invites![i.Index]!.Email ?? asked.Invites[i.Index]!.Phone ?? "", i.Outcome,
            i.Problem is { } p ? words.Say(p.AsProblem()) : null)).ToList();
        var refused = outcomes.Where(o => o.Refusal is not null).ToList();
        var (emails, phones) = (Left(asked, created, e => e.Email), Left(asked, created, e => e.Phone));
        var form = typed with
        {
            Emails = emails.Length > 0 || !typed.ByPhone ? emails : typed.Emails,
            Phones = phones.Length > 0 || typed.ByPhone ? phones : typed.Phones,
            ByPhone = typed.ByPhone || (phones.Length > 0 && emails.Length == 0), // a file can have both
            Name = refused.Count == outcomes.Count ? typed.Name : null,
        };
        return outcomes.Count == 1 && outcomes[0].Address.Length > 0
            ? Show(shown.Value, StatusCodes.Status400BadRequest, form, new(new Dictionary<string, string>(StringComparer.Ordinal) { [form.ByPhone ? "phones" : "emails"] = outcomes[0].Refusal! }))
            : outcomes.Count == 1
                ? Show(shown.Value, StatusCodes.Status400BadRequest, form, trouble: new(NoticeKind.Trouble, outcomes[0].Refusal!))
                : Show(shown.Value, StatusCodes.Status400BadRequest, form, outcomes: outcomes);
    }

    private static async Task<IResult> AgainAsync(ShowInvitations show, Guid familyId, InviteForm typed, FormFaults faults, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, waiting: null, earlier: null, ct);
        return shown.Refused(out var refusal) ? ErrorResponse.Page(refusal) : Show(shown.Value, StatusCodes.Status400BadRequest, typed, faults);
    }

    private static async Task<IResult> AgainAsync(
        ShowInvitations show, Guid familyId, InviteForm typed, Problem problem, ProblemWords words, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, waiting: null, earlier: null, ct);
        if (shown.Refused(out var refusal))
        {
            return ErrorResponse.Page(refusal);
        }

        var faults = words.Faults(problem);
        return Show(shown.Value, PageAnswers.StatusAtForm(problem), typed, faults, faults.Any ? null : words.AsNotice(problem));
    }

    private static RazorComponentResult Show(
        InvitationsView view, int status = StatusCodes.Status200OK, InviteForm? form = null, FormFaults? faults = null, NoticeText? trouble = null,
        IReadOnlyList<AddressOutcome>? outcomes = null, bool isAgain = false) => PageAnswers.Page<InvitationsPage>(
        status,
        (nameof(InvitationsPage.View), view),
        (nameof(InvitationsPage.Form), form ?? new()),
        (nameof(InvitationsPage.Faults), faults ?? FormFaults.None),
        (nameof(InvitationsPage.Trouble), trouble),
        (nameof(InvitationsPage.Outcomes), outcomes ?? []),
        (nameof(InvitationsPage.IsAgain), isAgain));

    private static string Left(CreateInvitesRequest asked, CreateInvitesResponse created, Func<InviteEntry, string?> of) => string.Join(
        '\n',
        from item in created.Items
        let entry = asked.Invites![item.Index]!
        let address = of(entry)
        where item.Problem is not null && address is not null
        select created.Items.Count == 1 ? address! : PastedAddresses.Write(address!, entry.Name));

    /// <summary>A page about an invitation that is no page any more: what has ended says so.</summary>
    public static RazorComponentResult Over(Problem problem) =>
        ErrorResponse.Page(problem == InvitationProblems.NotPending ? problem with { Status = StatusCodes.Status410Gone } : problem);

    private static string Number(int count) => count.ToString(System.Globalization.CultureInfo.CurrentCulture);
}
