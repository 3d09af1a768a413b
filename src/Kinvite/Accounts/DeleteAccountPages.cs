using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Pages;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Accounts;

/// <summary><c>/account/delete</c>: says what goes and what stays, what is in the way, and asks for a typed word.</summary>
internal sealed class DeleteAccountPages(
    KinviteDbContext db, FamilyKinds kinds, DeleteAccount delete, RecentSignIn recent, SessionCookie cookie, CurrentAccount account, FlashNotice flash, ProblemWords words,
    IStringLocalizer<AccountTexts> texts)
{
    private const string Here = "/account/delete";

    /// <summary>Behind a sign-in.</summary>
    public static void Map(IEndpointRouteBuilder signedIn)
    {
        signedIn.MapGet(Here, static (DeleteAccountPages page, CancellationToken ct) => page.GetAsync(ct));
        signedIn.MapPost(Here, static (PostedForm form, HttpContext http, DeleteAccountPages page, CancellationToken ct) => page.PostAsync(form, http, ct));
    }

    private async Task<IResult> GetAsync(CancellationToken ct) =>
        recent.Lacks is { Code: "auth.reauthenticate" } ? PageAnswers.ConfirmFirst(Here) : await ShowAsync(200, typed: null, ct);

    private async Task<IResult> PostAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        if (!form.IsGenuine)
        {
            return await ShowAsync(400, form["word"], ct, words.AsNotice(PageAnswers.StaleForm));
        }

        if (!string.Equals(form["word"]?.Trim(), texts["DeleteWord"], StringComparison.OrdinalIgnoreCase))
        {
            return await ShowAsync(400, form["word"], ct, fault: texts["DeleteTyped"]);
        }

        var deleted = await delete.HandleAsync(ct);
        if (deleted.Refused(out var problem))
        {
            return problem.Code == "auth.reauthenticate" ? PageAnswers.ConfirmFirst(Here)
                : problem == Problem.AuthRequired ? PageAnswers.SignInFirst(Here) // signed out a moment ago, elsewhere
                : await ShowAsync(PageAnswers.StatusAtForm(problem), form["word"], ct, words.AsNotice(problem));
        }

        cookie.Delete(http);
        flash.Write(http, Notices.AccountDeleted);
        return new SeeOther("/");
    }

    private async Task<IResult> ShowAsync(int status, string? typed, CancellationToken ct, NoticeText? trouble = null, string? fault = null) => PageAnswers.Page<DeleteAccountPage>(
        status,
        (nameof(DeleteAccountPage.InTheWay), await InTheWayAsync(ct)),
        (nameof(DeleteAccountPage.Typed), typed),
        (nameof(DeleteAccountPage.Fault), fault),
        (nameof(DeleteAccountPage.Trouble), trouble));

    // Said before anything is typed; the use case decides again under its locks.
    private async Task<IReadOnlyList<FamilyInTheWay>> InTheWayAsync(CancellationToken ct)
    {
        var mine = await (
            from member in db.Members
            join family in db.Families on member.FamilyId equals family.Id
            where member.AccountId == account.Id
            orderby family.Id
            select new { Family = family, member.Id }).AsNoTracking().ToListAsync(ct);
        var found = new List<FamilyInTheWay>();
        foreach (var place in mine)
        {
            if (place.Family.OwnerId == place.Id)
            {
                found.Add(new(place.Family.Id, place.Family.Name, IsOwner: true));
            }
            else if (kinds.TryFind(place.Family.Kind) is { } kind
                && !Guardians.Remain(await db.Members.AsNoTracking().Include(m => m.Children).Where(m => m.FamilyId == place.Family.Id).ToListAsync(ct), place.Id, kind))
            {
                found.Add(new(place.Family.Id, place.Family.Name, IsOwner: false));
            }
        }

        return found;
    }
}

/// <summary>A family that would be left without its owner, or a child without a guardian.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsOwner">Else its last guardian.</param>
public sealed record FamilyInTheWay(Guid Id, string Name, bool IsOwner);
