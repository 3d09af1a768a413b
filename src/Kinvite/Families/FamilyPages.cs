using System.Globalization;
using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.Families;

/// <summary><c>/families/{familyId}</c>: the circle, adding somebody without account, leaving it, and taking somebody out of it.</summary>
internal static class FamilyPages
{
    /// <summary>Under <c>/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder circle)
    {
        circle.MapGet("", GetAsync);
        circle.MapPost("/members", AddAsync);
        circle.MapPost("/leave", LeaveAsync);
        circle.MapPost("/members/{memberId:guid}/remove", RemoveAsync);
    }

    private static async Task<IResult> GetAsync(Guid familyId, ShowFamily show, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        return shown.Refused(out var problem) ? ErrorResponse.Page(problem) : Show(shown.Value, StatusCodes.Status200OK, trouble: null);
    }

    private static async Task<IResult> AddAsync(
        Guid familyId, PostedForm form, HttpContext http, ShowFamily show, AddMember add, ProblemWords words, FlashNotice flash, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        var typed = new AddForm(form["name"], form.Filled("role"), form.Filled("birthYear"));
        int? year = int.TryParse(typed.BirthYear?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : null;
        problem = !form.IsGenuine ? PageAnswers.StaleForm
            : typed.BirthYear is not null && year is null ? Problem.Invalid("birthYear", "A year.")
            : (await add.HandleAsync(
                familyId, new(typed.Name, typed.Role ?? (shown.Value.Addable is [var first, ..] ? first.Key : null), year, Pin: form.Filled("pin")), ct)).Problem;
        if (problem is not null)
        {
            var faults = words.Faults(problem);
            return PageAnswers.Page<FamilyPage>(
                PageAnswers.StatusAtForm(problem), (nameof(FamilyPage.View), shown.Value), (nameof(FamilyPage.Adding), typed), (nameof(FamilyPage.Faults), faults),
                (nameof(FamilyPage.Trouble), faults.Any ? null : words.AsNotice(problem)));
        }

        flash.Write(http, Notices.MemberAdded, typed.Name!.Trim());
        return new SeeOther($"/families/{familyId:D}");
    }

    private static async Task<IResult> LeaveAsync(
        Guid familyId, PostedForm form, HttpContext http, ShowFamily show, LeaveFamily leave, ProblemWords words, FlashNotice flash, CancellationToken ct)
    {
        // Before: afterwards the family does not exist for whoever has left.
        var shown = await show.HandleAsync(familyId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        if ((problem = form.IsGenuine ? (await leave.HandleAsync(familyId, ct)).Problem : PageAnswers.StaleForm) is not null)
        {
            return Show(shown.Value, PageAnswers.StatusAtForm(problem), words.AsNotice(problem));
        }

        flash.Write(http, Notices.FamilyLeft, shown.Value.Name);
        return new SeeOther("/");
    }

    private static async Task<IResult> RemoveAsync(
        Guid familyId, Guid memberId, PostedForm form, HttpContext http, ShowFamily show, RemoveMember remove, ProblemWords words, FlashNotice flash,
        CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        if ((problem = form.IsGenuine ? (await remove.HandleAsync(familyId, memberId, ct)).Problem : PageAnswers.StaleForm) is not null)
        {
            return problem == Problem.NotFound ? ErrorResponse.Page(problem) : Show(shown.Value, PageAnswers.StatusAtForm(problem), words.AsNotice(problem));
        }

        flash.Write(http, shown.Value.SeesAll ? Notices.MemberRemoved : Notices.ChildrenHidden, shown.Value.People.FirstOrDefault(p => p.Id == memberId)?.Name ?? "");
        return new SeeOther($"/families/{familyId:D}");
    }

    private static RazorComponentResult Show(FamilyView view, int status, NoticeText? trouble) => PageAnswers.Page<FamilyPage>(
        status, (nameof(FamilyPage.View), view), (nameof(FamilyPage.Trouble), trouble));
}
