using Kinvite.Http;
using Kinvite.Operator;
using Kinvite.Pages;
using Kinvite.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary><c>/account</c>: name, language, zone, what mails one gets, and the way to the rest.</summary>
internal sealed class AccountPages(
    KinviteDbContext db, GetAccount get, UpdateAccount update, MuteMails mute, CurrentAccount account, ProblemWords words, FlashNotice flash,
    Operators operators)
{
    /// <summary>Behind a sign-in.</summary>
    public static void Map(IEndpointRouteBuilder signedIn)
    {
        signedIn.MapGet("/account", static (AccountPages page, CancellationToken ct) => page.GetAsync(ct));
        signedIn.MapPost("/account", static (PostedForm form, HttpContext http, AccountPages page, CancellationToken ct) => page.SaveAsync(form, http, ct));
        signedIn.MapPost("/account/mails", static (PostedForm form, HttpContext http, AccountPages page, CancellationToken ct) => page.MailsAsync(form, http, ct));
    }

    private async Task<IResult> GetAsync(CancellationToken ct) => await ViewAsync(ct) is { } view ? Show(view, 200) : Gone;

    private async Task<IResult> SaveAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var typed = new UpdateAccountRequest { DisplayName = form["displayName"], Locale = form["locale"], TimeZone = form["timeZone"] };
        var saved = form.IsGenuine ? await update.HandleAsync(typed, ct) : PageAnswers.StaleForm;
        if (!saved.Refused(out var problem))
        {
            // The next page is in the new language already.
            account.Locale = saved.Value.Locale;
            flash.Write(http, Notices.AccountSaved);
            return new SeeOther("/account");
        }

        return await ViewAsync(ct) is not { } view ? Gone : Show(
            view with { DisplayName = form["displayName"], Locale = form["locale"] ?? "", TimeZone = form["timeZone"] ?? "" },
            PageAnswers.StatusAtForm(problem), words.Faults(problem), words.AsNotice(problem));
    }

    private async Task<IResult> MailsAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var muted = MuteMails.Kinds.Where(k => !form.Ticked(k.ToString())).Aggregate(MutedMails.None, static (all, k) => all | k);
        if (!form.IsGenuine)
        {
            return await ViewAsync(ct) is { } view ? Show(view with { Mails = Mails(muted) }, 400, trouble: words.AsNotice(PageAnswers.StaleForm)) : Gone;
        }

        await mute.HandleAsync(muted, ct);
        flash.Write(http, Notices.MailsSaved);
        return new SeeOther("/account");
    }

    // Deleted a moment ago, on another device.
    private static SeeOther Gone => PageAnswers.SignInFirst("/account");

    private async Task<AccountView?> ViewAsync(CancellationToken ct)
    {
        var found = await get.HandleAsync(ct);
        if (found.Refused(out _))
        {
            return null;
        }

        var me = found.Value;
        return new(me.DisplayName, me.Locale, me.TimeZone, me.Email, Mails(await db.Accounts.Where(a => a.Id == me.Id).Select(a => a.MutedMails).SingleOrDefaultAsync(ct)))
        {
            IsOperator = await operators.IncludeAsync(me.Id, ct),
        };
    }

    private static IReadOnlyList<MailChoice> Mails(MutedMails muted) => [.. MuteMails.Kinds.Select(k => new MailChoice(k.ToString(), !muted.HasFlag(k)))];

    private static RazorComponentResult Show(AccountView view, int status, FormFaults? faults = null, NoticeText? trouble = null) => PageAnswers.Page<AccountPage>(
        status, (nameof(AccountPage.View), view), (nameof(AccountPage.Faults), faults ?? FormFaults.None), (nameof(AccountPage.Trouble), trouble));
}

/// <summary>What an account says about its person.</summary>
/// <param name="DisplayName">What families see; as typed, where it is shown again.</param>
/// <param name="Locale">The chosen language.</param>
/// <param name="TimeZone">The chosen IANA zone.</param>
/// <param name="Email">Where mail goes; null when there is no address.</param>
/// <param name="Mails">What comes, and what does not.</param>
public sealed record AccountView(string? DisplayName, string Locale, string TimeZone, string? Email, IReadOnlyList<MailChoice> Mails)
{
    /// <summary>Whether they run this server: only then there is a way to <c>/operator</c>. Asks nothing where nobody is named.</summary>
    public bool IsOperator { get; init; }

    /// <summary>Every zone with a place in its name, and the one that is chosen.</summary>
    public IReadOnlyList<string> Zones => [.. TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id)
        .Where(id => id.Contains('/', StringComparison.Ordinal) && Regions.Contains(id[..id.IndexOf('/', StringComparison.Ordinal)], StringComparer.Ordinal))
        .Append(TimeZone).Append(Account.DefaultTimeZone).Where(TimeZones.Knows).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static readonly string[] Regions = ["Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
}

/// <summary>A sort of mail.</summary>
/// <param name="Key">Names it in the form.</param>
/// <param name="Wanted">Whether it comes.</param>
public sealed record MailChoice(string Key, bool Wanted);
