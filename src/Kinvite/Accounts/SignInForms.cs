using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Kinvite.Accounts;

/// <summary>
/// Signing in on the web: the address, then the code. <c>/sign-up</c> is the same with a name. Each step is a form that ends in 303,
/// or in its page again with what was typed.
/// </summary>
internal sealed class SignInForms(
    RequestCode requestCode, VerifyCode verifyCode, WebSignIn webSignIn, FindJoining findJoining, PendingSignInCookie pendingCookie,
    FlashNotice flash, ProblemWords words, IOptions<KinviteOptions> options, IHostEnvironment environment, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/sign-in", static (string? @return, HttpContext http, SignInForms forms, CancellationToken ct) => forms.ShowAddressAsync(http, @return, isNew: false, ct));
        pages.MapGet("/sign-up", static (string? @return, HttpContext http, SignInForms forms, CancellationToken ct) => forms.ShowAddressAsync(http, @return, isNew: true, ct));
        pages.MapPost("/sign-in", static (PostedForm form, HttpContext http, SignInForms forms, CancellationToken ct) => forms.SendAsync(http, form, isNew: false, ct));
        pages.MapPost("/sign-up", static (PostedForm form, HttpContext http, SignInForms forms, CancellationToken ct) => forms.SendAsync(http, form, isNew: true, ct));
        pages.MapGet("/sign-in/code", static (HttpContext http, SignInForms forms, CancellationToken ct) => forms.ShowCodeAsync(http, ct));
        pages.MapPost("/sign-in/code", static (PostedForm form, HttpContext http, SignInForms forms, CancellationToken ct) => forms.VerifyAsync(http, form, ct));
        pages.MapPost("/sign-in/resend", static (PostedForm form, HttpContext http, SignInForms forms, CancellationToken ct) => forms.ResendAsync(http, form, ct));
    }

    private async Task<IResult> ShowAddressAsync(HttpContext http, string? returnTo, bool isNew, CancellationToken ct)
    {
        var back = Own(returnTo);
        var joining = await findJoining.HandleAsync(http, back, ct);
        return AddressPage(new(joining?.Email, Name: null, back, isNew), joining, refusal: isNew && IsClosed ? AccountProblems.SignUpClosed : null, status: 200);
    }

    private async Task<IResult> SendAsync(HttpContext http, PostedForm form, bool isNew, CancellationToken ct)
    {
        var typed = new TypedAddress(form.Filled("email"), form.Filled("name"), Own(form["return"]), isNew);
        var joining = await findJoining.HandleAsync(http, typed.Return, ct);
        if (!form.IsGenuine)
        {
            return AddressPage(typed, joining, PageAnswers.StaleForm, status: 400);
        }

        // What is wrong with the name is said now, not after the code has come back.
        var refusal = typed.NameFault() ?? await AskAsync(http, typed, ct);
        return refusal is null ? new SeeOther("/sign-in/code") : AddressPage(typed, joining, refusal, PageAnswers.StatusAtForm(refusal));
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
            ? await AskAsync(http, new(pending.Email, pending.DisplayName, pending.Return, IsNew: false), ct)
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
            new(form["code"] ?? "", pending.Email, Challenge: pending.Challenge, DisplayName: pending.DisplayName), SessionKind.Web, Caller.Of(http), joining?.Link, ct);
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

    private async Task<Problem?> AskAsync(HttpContext http, TypedAddress typed, CancellationToken ct)
    {
        if ((await requestCode.HandleAsync(new(typed.Email ?? ""), Caller.Of(http), ct)) is var asked && asked.Refused(out var refusal))
        {
            return refusal;
        }

        pendingCookie.Write(http, new(typed.Email!, asked.Value.Challenge, typed.Return, typed.Name, clock.Now()));
        return null;
    }

    // The form says which code its page was about; the cookie may already be about another one, of another tab.
    private PendingSignIn? Pending(HttpContext http, PostedForm form)
    {
        var kept = pendingCookie.Read(http);
        if (!Guid.TryParseExact(form["challenge"], "D", out var challenge) || form.Filled("email") is not { } email || kept?.Challenge == challenge)
        {
            return kept;
        }

        return new(email, challenge, Own(form["return"]), kept?.DisplayName, kept?.SentAt ?? clock.Now());
    }

    private RazorComponentResult AddressPage(TypedAddress typed, JoiningInHand? joining, Problem? refusal, int status) => PageAnswers.Page<SignInPage>(
        status,
        (nameof(SignInPage.Email), typed.Email),
        (nameof(SignInPage.Name), typed.Name),
        (nameof(SignInPage.Return), typed.Return),
        (nameof(SignInPage.IsNew), typed.IsNew),
        (nameof(SignInPage.TakesNew), !IsClosed),
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

    private bool IsClosed => options.Value.SignUp == "closed";

    private bool IsTooOld(PendingSignIn pending) => clock.Now() - pending.SentAt >= TimeSpan.FromMinutes(OneTimeCode.LifetimeMinutes);

    private static string? Own(string? returnTo) => OwnPath.Or(returnTo, "") is { Length: > 0 } own ? own : null;

    private sealed record TypedAddress(string? Email, string? Name, string? Return, bool IsNew)
    {
        public Problem? NameFault()
        {
            var errors = new FieldErrors();
            if (IsNew || Name is not null)
            {
                errors.Take("name", Wording.PersonName.Parse(Name));
            }

            if (IsNew && SignInAddress.Parse(Email ?? "", phone: null).Refused(out var address))
            {
                errors.AddAll("email", address with { Errors = null });
            }

            return errors.Problem;
        }
    }
}
