using Kinvite.Http;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.Members;

/// <summary><c>/families/{familyId}/members/{memberId}</c> and <c>/children/{childId}</c>: a person, what they see, until when; a child, and who sees it.</summary>
internal static class MemberPages
{
    /// <summary>Under <c>/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder circle)
    {
        circle.MapGet("/members/{memberId:guid}", GetAsync);
        circle.MapPost("/members/{memberId:guid}/profile", ProfileAsync);
        circle.MapPost("/members/{memberId:guid}/access", AccessAsync);
        circle.MapPost("/members/{memberId:guid}/until", UntilAsync);
        circle.MapGet("/children/{memberId:guid}", ChildAsync);
    }

    private static async Task<IResult> GetAsync(Guid familyId, Guid memberId, string? points, ShowMember show, CancellationToken ct)
    {
        // A child's page says more about it.
        if (!(await show.ChildAsync(familyId, memberId, ct)).Refused(out _))
        {
            return new SeeOther($"/families/{familyId:D}/children/{memberId:D}");
        }

        var shown = await show.HandleAsync(familyId, memberId, ct, points);
        return shown.Refused(out var problem) ? ErrorResponse.Page(problem) : Show(shown.Value, StatusCodes.Status200OK);
    }

    private static async Task<IResult> ChildAsync(Guid familyId, Guid memberId, string? points, ShowMember show, CancellationToken ct)
    {
        var shown = await show.ChildAsync(familyId, memberId, ct, points);
        return shown.Refused(out var problem) ? ErrorResponse.Page(problem) : Show(shown.Value, StatusCodes.Status200OK);
    }

    private static Task<IResult> ProfileAsync(
        Guid familyId, Guid memberId, PostedForm form, HttpContext http, ShowMember show, UpdateMember update, ProblemWords words, FlashNotice flash, CancellationToken ct) =>
        SaveAsync(familyId, memberId, form, http, show, update, words, flash, Notices.MemberSaved, _ => MemberForms.Profile(form), ct);

    private static Task<IResult> AccessAsync(
        Guid familyId, Guid memberId, PostedForm form, HttpContext http, ShowMember show, UpdateMember update, ProblemWords words, FlashNotice flash, CancellationToken ct) =>
        SaveAsync(familyId, memberId, form, http, show, update, words, flash, Notices.MemberSaved, shown => MemberForms.Access(form, shown), ct);

    private static Task<IResult> UntilAsync(
        Guid familyId, Guid memberId, PostedForm form, HttpContext http, ShowMember show, UpdateMember update, ProblemWords words, FlashNotice flash, Viewer viewer,
        CancellationToken ct) =>
        SaveAsync(
            familyId, memberId, form, http, show, update, words, flash, Notices.TimeSaved, shown => MemberForms.Until(form, shown, viewer.Zone.Id, viewer.Now), ct);

    private static async Task<IResult> SaveAsync(
        Guid familyId, Guid memberId, PostedForm form, HttpContext http, ShowMember show, UpdateMember update, ProblemWords words, FlashNotice flash, NoticeKey done,
        Func<MemberView, Result<UpdateMemberRequest>> read, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, memberId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        var name = shown.Value.Name;
        if (!form.IsGenuine)
        {
            problem = PageAnswers.StaleForm;
        }
        else if (read(shown.Value) is var change && !change.Refused(out problem))
        {
            var saved = await update.HandleAsync(familyId, memberId, change.Value, ct);
            if (!saved.Refused(out problem))
            {
                flash.Write(http, done, saved.Value.Name);
                return new SeeOther($"/families/{familyId:D}/members/{memberId:D}");
            }
        }

        return await AgainAsync(shown.Value, problem!, form, show, words, ct);
    }

    /// <summary>The page again, with what was typed and why it did not work.</summary>
    internal static async Task<IResult> AgainAsync(MemberView shown, Problem problem, PostedForm form, ShowMember show, ProblemWords words, CancellationToken ct)
    {
        var (status, faults) = (PageAnswers.StatusAtForm(problem), words.Faults(problem));
        var child = await show.ChildAsync(shown.FamilyId, shown.Id, ct);
        return child.Refused(out _) ? Show(shown, status, form, faults, words.AsNotice(problem)) : Show(child.Value, status, form, faults, words.AsNotice(problem));
    }

    private static RazorComponentResult Show(MemberView view, int status, PostedForm? typed = null, FormFaults? faults = null, NoticeText? trouble = null) =>
        PageAnswers.Page<MemberPage>(
            status, (nameof(MemberPage.View), view), (nameof(MemberPage.Name), typed?["name"]), (nameof(MemberPage.BirthYear), typed?["birthYear"]),
            (nameof(MemberPage.Delta), typed?["delta"]), (nameof(MemberPage.Reason), typed?["reason"]),
            (nameof(MemberPage.Faults), faults ?? FormFaults.None), (nameof(MemberPage.Trouble), trouble));

    private static RazorComponentResult Show(ChildView view, int status, PostedForm? typed = null, FormFaults? faults = null, NoticeText? trouble = null) =>
        PageAnswers.Page<ChildPage>(
            status, (nameof(ChildPage.View), view), (nameof(ChildPage.Name), typed?["name"]), (nameof(ChildPage.BirthYear), typed?["birthYear"]),
            (nameof(ChildPage.Delta), typed?["delta"]), (nameof(ChildPage.Reason), typed?["reason"]),
            (nameof(ChildPage.Faults), faults ?? FormFaults.None), (nameof(ChildPage.Trouble), trouble));
}
