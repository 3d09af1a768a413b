using Kinvite.Http;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.Families;

/// <summary><c>/families/{familyId}/settings</c>: name, language and zone; who invites; handing over, taking along, leaving, deleting.</summary>
internal static class SettingsPages
{
    /// <summary>Under <c>/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder circle)
    {
        circle.MapGet("/settings", GetAsync);
        circle.MapPost("/settings", SaveAsync);
        circle.MapPost("/settings/owner", HandOverAsync);
        circle.MapPost("/settings/delete", DeleteAsync);
    }

    private static async Task<IResult> GetAsync(Guid familyId, ShowSettings show, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        return shown.Refused(out var problem) ? ErrorResponse.Page(problem) : Show(shown.Value, StatusCodes.Status200OK);
    }

    private static async Task<IResult> SaveAsync(
        Guid familyId, PostedForm form, HttpContext http, ShowSettings show, UpdateFamily update, ProblemWords words, FlashNotice flash, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        var typed = new UpdateFamilyRequest { Name = form["name"], Locale = form["locale"], TimeZone = form["timeZone"] };
        if ((problem = form.IsGenuine ? (await update.HandleAsync(familyId, typed, ct)).Problem : PageAnswers.StaleForm) is not null)
        {
            var faults = words.Faults(problem);
            return Show(
                shown.Value with { Locale = form["locale"] ?? shown.Value.Locale, TimeZone = form["timeZone"] ?? shown.Value.TimeZone },
                PageAnswers.StatusAtForm(problem), words.AsNotice(problem), faults, form["name"]);
        }

        flash.Write(http, Notices.SettingsSaved);
        return new SeeOther($"/families/{familyId:D}/settings");
    }

    private static async Task<IResult> HandOverAsync(
        Guid familyId, PostedForm form, HttpContext http, ShowSettings show, TransferFamily transfer, ProblemWords words, FlashNotice flash, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        Guid? to = form.Ids("memberId") is [var id, ..] ? id : null;
        if ((problem = form.IsGenuine ? (await transfer.HandleAsync(familyId, new(to), ct)).Problem : PageAnswers.StaleForm) is not null)
        {
            return Show(shown.Value, problem == Problem.NotFound ? StatusCodes.Status400BadRequest : PageAnswers.StatusAtForm(problem), words.AsNotice(problem));
        }

        flash.Write(http, Notices.FamilyHandedOver, shown.Value.NextOwners.FirstOrDefault(n => n.Id == to)?.Name ?? "");
        return new SeeOther($"/families/{familyId:D}");
    }

    private static async Task<IResult> DeleteAsync(
        Guid familyId, PostedForm form, HttpContext http, ShowSettings show, DeleteFamily delete, ProblemWords words, FlashNotice flash, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        if ((problem = form.IsGenuine ? (await delete.HandleAsync(familyId, new(form["typedName"]), ct)).Problem : PageAnswers.StaleForm) is not null)
        {
            return PageAnswers.Page<SettingsPage>(
                PageAnswers.StatusAtForm(problem), (nameof(SettingsPage.View), shown.Value),
                (nameof(SettingsPage.WrongName), problem.Errors is not null), (nameof(SettingsPage.Trouble), problem.Errors is null ? words.AsNotice(problem) : null));
        }

        flash.Write(http, Notices.FamilyDeleted, shown.Value.Name);
        return new SeeOther("/");
    }

    private static RazorComponentResult Show(SettingsView view, int status, NoticeText? trouble = null, FormFaults? faults = null, string? name = null) =>
        PageAnswers.Page<SettingsPage>(
            status, (nameof(SettingsPage.View), view), (nameof(SettingsPage.Name), name), (nameof(SettingsPage.Faults), faults ?? FormFaults.None),
            (nameof(SettingsPage.Trouble), trouble));
}
