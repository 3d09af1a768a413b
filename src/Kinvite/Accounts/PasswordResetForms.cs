using System.Buffers.Text;
using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Pages;
using Kinvite.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>
/// A forgotten password: <c>/password/forgot</c> sends a code, <c>/password/reset</c> takes it with the new password. The mail's link brings the code along,
/// and opening it changes nothing.
/// </summary>
internal sealed class PasswordResetForms(
    KinviteDbContext db, RequestPasswordReset request, ResetPassword reset, PendingSignInCookie pendingCookie, CurrentAccount current, FlashNotice flash, ProblemWords words, MailSetup mail,
    TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/password").ExcludeFromDescription();
        pages.MapGet("/forgot", static (string? @return, PasswordResetForms forms) => forms.ShowForgot(email: null, OwnPath.OrNone(@return), refusal: null, status: 200));
        pages.MapPost("/forgot", static (PostedForm form, HttpContext http, PasswordResetForms forms, CancellationToken ct) => forms.SendAsync(http, form, ct));
        pages.MapGet("/reset", static (HttpContext http, PasswordResetForms forms) => forms.ShowReset(http));
        pages.MapGet("/reset/{challenge}/{digits}", static (string challenge, string digits, PasswordResetForms forms, CancellationToken ct) => forms.OpenLinkAsync(challenge, digits, ct));
        pages.MapPost("/reset", static (PostedForm form, HttpContext http, PasswordResetForms forms, CancellationToken ct) => forms.ResetAsync(http, form, ct));
    }

    private async Task<IResult> SendAsync(HttpContext http, PostedForm form, CancellationToken ct)
    {
        var (email, back) = (form.Filled("email"), OwnPath.OrNone(form["return"]));
        if (!mail.IsOn)
        {
            return ShowForgot(email, back, refusal: null, status: 400);
        }

        var asked = form.IsGenuine ? await request.HandleAsync(new(email ?? ""), Caller.Of(http), ct) : PageAnswers.StaleForm;
        if (asked.Refused(out var refusal))
        {
            return ShowForgot(email, back, refusal, PageAnswers.StatusAtForm(refusal));
        }

        pendingCookie.Write(http, new(email!, asked.Value, back, DisplayName: null, clock.Now()));
        return new SeeOther("/password/reset");
    }

    private RazorComponentResult ShowReset(HttpContext http) => ShowReset(new(pendingCookie.Read(http)?.Email, Code: null, Link: null), refusal: null, status: 200);

    private async Task<IResult> OpenLinkAsync(string challenge, string digits, CancellationToken ct) => await FindAsync(challenge, ct) is { } code
        ? ShowReset(new(code.Address, Code: null, $"{challenge}/{digits}"), refusal: null, status: 200)
        : ShowGone(200);

    private async Task<IResult> ResetAsync(HttpContext http, PostedForm form, CancellationToken ct)
    {
        var kept = pendingCookie.Read(http);
        var typed = new TypedReset(form.Filled("email"), form["code"], form.Filled("link"));
        var (code, challenge) = (typed.Code, kept is not null && kept.Email == typed.Email ? kept.Challenge : (Guid?)null);
        if (typed.Link?.Split('/') is { } parts)
        {
            if (parts.Length != 2 || await FindAsync(parts[0], ct) is not { } linked)
            {
                return ShowGone(400);
            }

            (typed, code, challenge) = (typed with { Email = linked.Address }, parts[1], linked.Id);
        }

        var done = form.IsGenuine ? await reset.HandleAsync(new(typed.Email, code, form["password"]), challenge, Caller.Of(http), ct) : PageAnswers.StaleForm;
        if (done.Refused(out var refusal))
        {
            return refusal.Code == "code.invalid" && typed.Link is not null ? ShowGone(400) : ShowReset(typed, refusal, refusal.Status == 401 ? 400 : PageAnswers.StatusAtForm(refusal));
        }

        pendingCookie.Delete(http);
        flash.Write(http, Notices.PasswordSet);
        return new SeeOther(current.AccountId == done.Value ? "/account/sign-in" : PageAnswers.WithReturn("/sign-in/password", kept?.Return));
    }

    private async Task<OneTimeCode?> FindAsync(string challenge, CancellationToken ct)
    {
        var now = clock.Now();
        var bytes = new byte[16];
        return challenge.Length == 22 && Base64Url.TryDecodeFromChars(challenge, bytes, out var written) && written == 16 && new Guid(bytes, bigEndian: true) is var id
            ? await db.Codes.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id && c.UsedAt == null && c.ExpiresAt > now && c.TriesUsed < OneTimeCode.Tries, ct)
            : null;
    }

    private RazorComponentResult ShowForgot(string? email, string? back, Problem? refusal, int status) => PageAnswers.Page<PasswordForgotPage>(
        status,
        (nameof(PasswordForgotPage.Email), email),
        (nameof(PasswordForgotPage.Return), back),
        (nameof(PasswordForgotPage.MailIsOn), mail.IsOn),
        (nameof(PasswordForgotPage.Faults), refusal is null ? FormFaults.None : words.Faults(refusal)),
        (nameof(PasswordForgotPage.Trouble), refusal is null or { Code: "validation" } ? null : words.AsNotice(refusal)));

    private RazorComponentResult ShowReset(TypedReset typed, Problem? refusal, int status) => PageAnswers.Page<PasswordResetPage>(
        status,
        (nameof(PasswordResetPage.Email), typed.Email),
        (nameof(PasswordResetPage.Code), typed.Code),
        (nameof(PasswordResetPage.Link), typed.Link),
        (nameof(PasswordResetPage.Faults), refusal is null ? FormFaults.None : words.Faults(refusal)),
        (nameof(PasswordResetPage.Trouble), refusal is null or { Code: "validation" } ? null : words.AsNotice(refusal)));

    private static RazorComponentResult ShowGone(int status) => PageAnswers.Page<PasswordResetPage>(status, (nameof(PasswordResetPage.Gone), true));

    private sealed record TypedReset(string? Email, string? Code, string? Link);
}
