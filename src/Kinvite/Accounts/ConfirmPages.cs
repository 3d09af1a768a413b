using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Pages;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary><c>/account/confirm</c>: one shows that it is really oneself, by a code, a password or a passkey, and goes back to where one was.</summary>
internal sealed class ConfirmPages(
    KinviteDbContext db, SendConfirmCode send, ConfirmByCode confirm, ConfirmByPassword password, ConfirmByPasskey passkey, SessionCookie cookie, CurrentAccount account,
    ProblemWords words, MailSetup mail)
{
    /// <summary>Behind a sign-in.</summary>
    public static void Map(IEndpointRouteBuilder signedIn)
    {
        var pages = signedIn.MapGroup("/account/confirm");
        pages.MapGet("", static (string? @return, Guid? code, ConfirmPages page, CancellationToken ct) => page.ShowAsync(OwnPath.Or(@return, "/account"), code, 200, ct));
        pages.MapPost("/send", static (PostedForm form, HttpContext http, ConfirmPages page, CancellationToken ct) => page.SendAsync(form, http, ct));
        pages.MapPost("", static (PostedForm form, HttpContext http, ConfirmPages page, CancellationToken ct) => page.CodeAsync(form, http, ct));
        pages.MapPost("/password", static (PostedForm form, HttpContext http, ConfirmPages page, CancellationToken ct) => page.PasswordAsync(form, http, ct));
        pages.MapPost("/passkey/options", static (PostedForm form, HttpContext http, ConfirmPages page, CancellationToken ct) => page.OptionsAsync(form, http, ct));
        pages.MapPost("/passkey", static (PostedForm form, HttpContext http, ConfirmPages page, CancellationToken ct) => page.PasskeyAsync(form, http, ct));
    }

    private async Task<IResult> SendAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var back = OwnPath.Or(form["return"], "/account");
        var sent = form.IsGenuine ? await send.HandleAsync(Caller.Of(http), ct) : PageAnswers.StaleForm;
        return sent.Refused(out var problem)
            ? await ShowAsync(back, challenge: null, PageAnswers.StatusAtForm(problem), ct, words.AsNotice(problem))
            : new SeeOther($"/account/confirm?return={Uri.EscapeDataString(back)}&code={sent.Value:D}");
    }

    private async Task<IResult> CodeAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var back = OwnPath.Or(form["return"], "/account");
        var challenge = Guid.TryParseExact(form["challenge"], "D", out var id) ? id : Guid.Empty;
        if (!form.IsGenuine)
        {
            return await ShowAsync(back, challenge, 400, ct, words.AsNotice(PageAnswers.StaleForm));
        }

        var confirmed = await confirm.HandleAsync(challenge, form["code"] ?? "", Caller.Of(http), ct);
        if (!confirmed.Refused(out var problem))
        {
            return Back(http, confirmed.Value, back);
        }

        return problem.Code == "code.invalid"
            ? await ShowAsync(back, challenge, 400, ct, fault: words.Say(problem))
            : await ShowAsync(back, challenge, PageAnswers.StatusAtForm(problem), ct, words.AsNotice(problem));
    }

    private async Task<IResult> PasswordAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var back = OwnPath.Or(form["return"], "/account");
        var confirmed = form.IsGenuine ? await password.HandleAsync(form["password"], Caller.Of(http), ct) : PageAnswers.StaleForm;
        return confirmed.Refused(out var problem)
            ? await ShowAsync(back, challenge: null, PageAnswers.StatusAtForm(problem), ct, words.AsNotice(problem))
            : Back(http, confirmed.Value, back);
    }

    private async Task<IResult> OptionsAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var asked = form.IsGenuine ? await passkey.AskAsync(http, ct) : PageAnswers.StaleForm;
        return asked.Refused(out var problem) ? problem.ToHttp() : PasskeyForms.Question(asked.Value);
    }

    private async Task<IResult> PasskeyAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var back = OwnPath.Or(form["return"], "/account");
        var confirmed = form.IsGenuine ? await passkey.HandleAsync(form["credential"], http, ct) : PageAnswers.StaleForm;
        return confirmed.Refused(out var problem)
            ? await ShowAsync(back, challenge: null, PageAnswers.StatusAtForm(problem), ct, words.AsNotice(problem))
            : Back(http, confirmed.Value, back);
    }

    private SeeOther Back(HttpContext http, SessionTokens? tokens, string back)
    {
        if (tokens is not null)
        {
            cookie.Write(http, tokens);
        }

        return new SeeOther(back);
    }

    private async Task<IResult> ShowAsync(
        string back, Guid? challenge, int status, CancellationToken ct, NoticeText? trouble = null, string? fault = null)
    {
        var mailIsOn = mail.IsOn;
        var address = await db.Addresses.Where(a => a.AccountId == account.Id && a.ProvenAt != null && (mailIsOn || a.Type == AddressType.Phone))
            .OrderBy(a => a.Type).ThenByDescending(a => a.Primary).ThenBy(a => a.Id).Select(a => a.Value).FirstOrDefaultAsync(ct);
        var view = new ConfirmView(
            back,
            address is null ? null : ContactAddress.Mask(address),
            challenge is { } id && id != Guid.Empty ? id : null,
            await db.UserPasskeys.AnyAsync(p => p.UserId == account.Id, ct),
            await db.Accounts.AnyAsync(a => a.Id == account.Id && a.PasswordHash != null, ct),
            await db.UserLogins.Where(l => l.UserId == account.Id && l.ProviderDisplayName != null).Select(l => l.ProviderDisplayName!).ToListAsync(ct),
            mail.Way == MailWay.Mailbox);
        return PageAnswers.Page<ConfirmPage>(status, (nameof(ConfirmPage.View), view), (nameof(ConfirmPage.Trouble), trouble), (nameof(ConfirmPage.Fault), fault));
    }
}

/// <summary>How one can show that it is oneself.</summary>
/// <param name="Return">Where one goes afterwards; a path of this server.</param>
/// <param name="Masked">Where a code would go; null when nothing is proven.</param>
/// <param name="Challenge">The code that was sent; null before.</param>
/// <param name="HasPasskey">Whether a passkey will do.</param>
/// <param name="HasPassword">Whether a password will do.</param>
/// <param name="Providers">The names of those that will do.</param>
/// <param name="DevelopmentMailbox">Links to the mailbox where the code is.</param>
public sealed record ConfirmView(string Return, string? Masked, Guid? Challenge, bool HasPasskey, bool HasPassword, IReadOnlyList<string> Providers, bool DevelopmentMailbox);
