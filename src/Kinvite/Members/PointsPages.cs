using System.Globalization;
using Kinvite.Http;
using Kinvite.Pages;

namespace Kinvite.Members;

/// <summary>Points and digits on the page of a person or a child.</summary>
internal static class PointsPages
{
    /// <summary>Under <c>/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder circle)
    {
        circle.MapPost("/members/{memberId:guid}/points", AdjustAsync);
        circle.MapPost("/members/{memberId:guid}/pin", SetPinAsync);
        circle.MapPost("/members/{memberId:guid}/pin/remove", RemovePinAsync);
        circle.MapPost("/members/{memberId:guid}/pin/unlock", UnlockPinAsync);
    }

    private static Task<IResult> AdjustAsync(
        Guid familyId, Guid memberId, PostedForm form, HttpContext http, ShowMember show, AdjustPoints adjust, ProblemWords words, FlashNotice flash, CancellationToken ct)
    {
        int? points = int.TryParse(form["delta"]?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : null;
        var isTaking = form["way"] == "take";
        return SendAsync(
            familyId, memberId, form, http, show, words, flash, isTaking ? Notices.PointsTaken : Notices.PointsGiven,
            async () => (await adjust.HandleAsync(familyId, memberId, new(isTaking ? -points : points, form.Filled("reason")), ct)).Problem, ct);
    }

    private static Task<IResult> SetPinAsync(
        Guid familyId, Guid memberId, PostedForm form, HttpContext http, ShowMember show, SetPin set, ProblemWords words, FlashNotice flash, CancellationToken ct) =>
        SendAsync(
            familyId, memberId, form, http, show, words, flash, Notices.PinSaved,
            async () => (await set.HandleAsync(familyId, memberId, new(form["pin"]?.Trim()), ct)).Problem, ct);

    private static Task<IResult> RemovePinAsync(
        Guid familyId, Guid memberId, PostedForm form, HttpContext http, ShowMember show, RemovePin remove, ProblemWords words, FlashNotice flash, CancellationToken ct) =>
        SendAsync(
            familyId, memberId, form, http, show, words, flash, Notices.PinRemoved, async () => (await remove.HandleAsync(familyId, memberId, ct)).Problem, ct);

    private static Task<IResult> UnlockPinAsync(
        Guid familyId, Guid memberId, PostedForm form, HttpContext http, ShowMember show, UnlockPin unlock, ProblemWords words, FlashNotice flash, CancellationToken ct) =>
        SendAsync(
            familyId, memberId, form, http, show, words, flash, Notices.PinUnlocked, async () => (await unlock.HandleAsync(familyId, memberId, ct)).Problem, ct);

    private static async Task<IResult> SendAsync(
        Guid familyId, Guid memberId, PostedForm form, HttpContext http, ShowMember show, ProblemWords words, FlashNotice flash, NoticeKey done,
        Func<Task<Problem?>> change, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, memberId, ct);
        if (shown.Refused(out var problem))
        {
            return ErrorResponse.Page(problem);
        }

        if ((problem = form.IsGenuine ? await change() : PageAnswers.StaleForm) is not null)
        {
            return await MemberPages.AgainAsync(shown.Value, problem, form, show, words, ct);
        }

        flash.Write(http, done, shown.Value.Name);
        return new SeeOther($"/families/{familyId:D}/members/{memberId:D}");
    }
}
