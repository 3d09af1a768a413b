using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Kinvite.Accounts;

/// <summary>
/// Signing in on the web: the address, then the code. Each step is a form that ends in 303,
/// or in its page again with what was typed.
/// </summary>
internal sealed class SignInForms(
    RequestCode requestCode, VerifyCode verifyCode, WebSignIn webSignIn, FindJoining findJoining, PendingSignInCookie pendingCookie,
    FlashNotice flash, ProblemWords words, MailSetup mail, TextSetup texts, IOptions<KinviteOptions> options, IHostEnvironment environment, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/sign-in", static (string? @return, HttpContext http, SignInForms forms, CancellationToken ct) => forms.ShowAddressAsync(http, @return, ct));
        pages.MapPost("/sign-in", static (PostedForm form, HttpContext http, SignInForms forms, CancellationToken ct) => forms.SendAsync(http, form, ct));
        pages.MapGet("/sign-in/code", static (HttpContext http, SignInForms forms, CancellationToken ct) => forms.ShowCodeAsync(http, ct));
        pages.MapPost("/sign-in/code", static (PostedForm form, HttpContext http, SignInForms forms, CancellationToken ct) => forms.VerifyAsync(http, form, ct));
        pages.MapPost("/sign-in/resend", static (PostedForm form, HttpContext http, SignInForms forms, CancellationToken ct) => forms.ResendAsync(http, form, ct));
    }

    private async Task<IResult> ShowAddressAsync(HttpContext http, string? returnTo, CancellationToken ct)
    {
        var back = OwnPath.OrNone(returnTo);
        var joining = await findJoining.HandleAsync(http, back, ct);
        return AddressPage(joining?.Address, back, joining, refusal: null, status: 200);
    }

    private async Task<IResult> SendAsync(HttpContext http, PostedForm form, CancellationToken ct)
    {
        var (email, back) = (form.Filled("email"), OwnPath.OrNone(form["return"]));
        if (!mail.IsOn)
        {
            // Nobody is sent to wait for a code that cannot come.
            return AddressPage(email, back, await findJoining.HandleAsync(http, back, ct), refusal: null, status: 400);
        }

        var refusal = form.IsGenuine ? await AskAsync(http, email, displayName: null, back, again: null, ct) : PageAnswers.StaleForm;
        return refusal is null
            ? new SeeOther("/sign-in/code")
            : AddressPage(email, back, await findJoining.HandleAsync(http, back, ct), refusal, PageAnswers.StatusAtForm(refusal));
    }

    private async Task<IResult> ShowCodeAsync(HttpContext http, CancellationToken ct)
    {
        if (pendingCookie.Read(http) is not { } pending)
        {
            return new SeeOther("/sign-in");
        }

        var trouble = IsTooOld(pending) ? SignInTrouble.Expired : SignInTrouble.None;
        return CodePage(pending, trouble, notice: null, await findJoining.HandleAsync(http, pending.Return, ct), status: 200);
    }

    private async Task<IResult> ResendAsync(HttpContext http, PostedForm form, CancellationToken ct)
    {
        if (Pending(http, form) is not { } pending)
        {
            return new SeeOther("/sign-in");
        }

        var refusal = form.IsGenuine
            ? await AskAsync(http, pending.Email, pending.DisplayName, pending.Return, Own(http, pending), ct)
            : PageAnswers.StaleForm;
        if (refusal is not null)
        {
            return CodePage(
                pending, SignInTrouble.None, words.AsNotice(refusal), await findJoining.HandleAsync(http, pending.Return, ct), PageAnswers.StatusAtForm(refusal));
        }

        flash.Write(http, Notices.CodeSent);
        return new SeeOther("/sign-in/code");
    }

    private async Task<IResult> VerifyAsync(HttpContext http, PostedForm form, CancellationToken ct)
    {
        if (Pending(http, form) is not { } pending)
        {
            return new SeeOther("/sign-in");
        }

        var joining = await findJoining.HandleAsync(http, pending.Return, ct);
        if (!form.IsGenuine)
        {
            return CodePage(pending, SignInTrouble.None, words.AsNotice(PageAnswers.StaleForm), joining, status: 400, form["code"]);
        }

        var verified = await verifyCode.HandleAsync(
            VerifyCodeRequest.Of(form["code"] ?? "", pending), SessionKind.Web, Caller.Of(http), joining?.Link, ct);
        if (verified.Refused(out var refusal))
        {
            return CodeRefused(pending, refusal, joining);
        }

        return new SeeOther(await webSignIn.FinishAsync(http, verified.Value, pending.Return, joining, ct));
    }

    private IResult CodeRefused(PendingSignIn pending, Problem refusal, JoiningInHand? joining) => refusal.Code switch
    {
        "validation" => CodePage(pending, SignInTrouble.Wrong, notice: null, joining, status: 400),
        "code.invalid" => CodePage(pending, IsTooOld(pending) ? SignInTrouble.Expired : SignInTrouble.Wrong, notice: null, joining, status: 400),
        // The hour's limit of wrong codes; those of the minute are over at once.
        "limit.exceeded" when refusal.RetryAfter > TimeSpan.FromMinutes(2) => CodePage(pending, SignInTrouble.TooMany, notice: null, joining, status: 429),
        _ => CodePage(pending, SignInTrouble.None, words.AsNotice(refusal), joining, PageAnswers.StatusAtForm(refusal)),
    };

    private async Task<Problem?> AskAsync(HttpContext http, string? email, string? displayName, string? back, Guid? again, CancellationToken ct)
    {
        if ((await requestCode.HandleAsync(RequestCodeRequest.Of(email), Caller.Of(http), ct, again)) is var asked && asked.Refused(out var refusal))
        {
            return refusal;
        }

        pendingCookie.Write(http, new(email!, asked.Value.Challenge, back, displayName, clock.Now()));
        return null;
    }

    // Only the cookie says that it was this browser which asked; a form could name any code.
    private Guid? Own(HttpContext http, PendingSignIn pending) => pendingCookie.Read(http)?.Challenge == pending.Challenge ? pending.Challenge : null;

    // The form says which code its page was about; the cookie may already be about another one, of another tab.
    private PendingSignIn? Pending(HttpContext http, PostedForm form)
    {
        var kept = pendingCookie.Read(http);
        if (!Guid.TryParseExact(form["challenge"], "D", out var challenge) || form.Filled("email") is not { } email || kept?.Challenge == challenge)
        {
            return kept;
        }

        return new(email, challenge, OwnPath.OrNone(form["return"]), kept?.DisplayName, kept?.SentAt ?? clock.Now());
    }

    private RazorComponentResult AddressPage(string? email, string? back, JoiningInHand? joining, Problem? refusal, int status) => PageAnswers.Page<SignInPage>(
        status,
        (nameof(SignInPage.Email), email),
        (nameof(SignInPage.TakesPhone), texts.IsOn),
        (nameof(SignInPage.Return), back),
        (nameof(SignInPage.MailIsOn), mail.IsOn),
        (nameof(SignInPage.TakesNew), options.Value.SignUp != "closed"),
        (nameof(SignInPage.Joining), joining?.Banner),
        (nameof(SignInPage.Faults), refusal is null ? FormFaults.None : words.Faults(refusal)),
        (nameof(SignInPage.Trouble), refusal is null or { Code: "validation" } ? null : words.AsNotice(refusal)));

    private RazorComponentResult CodePage(PendingSignIn pending, SignInTrouble trouble, NoticeText? notice, JoiningInHand? joining, int status, string? code = null) => PageAnswers.Page<SignInCodePage>(
        status,
        (nameof(SignInCodePage.Email), pending.Email),
        (nameof(SignInCodePage.Challenge), pending.Challenge.ToString("D")),
        (nameof(SignInCodePage.Return), pending.Return),
        (nameof(SignInCodePage.Code), code),
        (nameof(SignInCodePage.Trouble), trouble),
        (nameof(SignInCodePage.Notice), notice),
        (nameof(SignInCodePage.Joining), joining?.Banner),
        (nameof(SignInCodePage.DevelopmentMailbox), environment.IsDevelopment() && string.IsNullOrEmpty(options.Value.Smtp.Host)));

    private bool IsTooOld(PendingSignIn pending) => clock.Now() - pending.SentAt >= TimeSpan.FromMinutes(OneTimeCode.LifetimeMinutes);
}
