using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Pages;
using Kinvite.Wording;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Kinvite.Accounts;

/// <summary>
/// <c>/sign-up</c>: a name, an address and, for those who want one, a password. Without it the account is made when the code comes back; with it at once, unproven
/// until then. The link of an invitation that was mailed to the address saves the code.
/// </summary>
internal sealed class SignUpForms(
    RequestCode requestCode, Register register, WebSignIn webSignIn, FindJoining findJoining, PendingSignInCookie pendingCookie, ProblemWords words,
    FlashNotice flash, MailSetup mail, TextSetup texts, IOptions<KinviteOptions> options, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/sign-up", static (string? @return, HttpContext http, SignUpForms forms, CancellationToken ct) => forms.ShowAsync(http, @return, ct));
        pages.MapPost("/sign-up", static (PostedForm form, HttpContext http, SignUpForms forms, CancellationToken ct) => forms.SendAsync(http, form, ct));
    }

    private async Task<IResult> ShowAsync(HttpContext http, string? returnTo, CancellationToken ct)
    {
        var back = OwnPath.OrNone(returnTo);
        var joining = await findJoining.HandleAsync(http, back, ct);
        return Page(new(joining?.Address, Name: null, Password: null, back), joining, options.Value.SignUp == "closed" ? AccountProblems.SignUpClosed : null, status: 200);
    }

    private async Task<IResult> SendAsync(HttpContext http, PostedForm form, CancellationToken ct)
    {
        var typed = new TypedAccount(form.Filled("email"), form.Filled("name"), form["password"], OwnPath.OrNone(form["return"]));
        var joining = await findJoining.HandleAsync(http, typed.Return, ct);
        // All that is wrong at once, and what is wrong with the name now, not after the code has come back.
        var refusal = form.IsGenuine ? typed.Faults() : PageAnswers.StaleForm;
        if (refusal is not null || (typed.Password is null && !mail.IsOn))
        {
            refusal ??= Problem.Invalid("password", "Choose a password: no code can be sent.");
            return Page(typed, joining, refusal, PageAnswers.StatusAtForm(refusal));
        }

        return typed.Password is null ? await AskAsync(http, typed, joining, ct) : await RegisterAsync(http, typed, joining, ct);
    }

    private async Task<IResult> AskAsync(HttpContext http, TypedAccount typed, JoiningInHand? joining, CancellationToken ct)
    {
        var asked = await requestCode.HandleAsync(RequestCodeRequest.Of(typed.Email), Caller.Of(http), ct);
        return asked.Refused(out var refusal) ? Page(typed, joining, refusal, PageAnswers.StatusAtForm(refusal)) : ToCode(http, typed, asked.Value.Challenge);
    }

    private async Task<IResult> RegisterAsync(HttpContext http, TypedAccount typed, JoiningInHand? joining, CancellationToken ct)
    {
        var registered = await register.HandleAsync(new(typed.Email, typed.Password, typed.Name, joining?.InHand.Token), SessionKind.Web, Caller.Of(http), ct);
        if (registered.Refused(out var refusal))
        {
            return Page(typed, joining, refusal, PageAnswers.StatusAtForm(refusal));
        }

        if (registered.Value.SignIn is { } signIn)
        {
            return new SeeOther(await webSignIn.FinishAsync(http, signIn, typed.Return, joining, ct));
        }

        if (mail.IsOn)
        {
            return ToCode(http, typed, registered.Value.Challenge!.Value);
        }

        // No code can come: the password lets in, the address is proven once there is mail.
        flash.Write(http, Notices.SignedUp);
        return new SeeOther(PageAnswers.WithReturn("/sign-in/password", typed.Return));
    }

    private SeeOther ToCode(HttpContext http, TypedAccount typed, Guid challenge)
    {
        pendingCookie.Write(http, new(typed.Email!, challenge, typed.Return, typed.Name, clock.Now()));
        return new SeeOther("/sign-in/code");
    }

    private RazorComponentResult Page(TypedAccount typed, JoiningInHand? joining, Problem? refusal, int status) => PageAnswers.Page<SignUpPage>(
        status,
        (nameof(SignUpPage.Email), typed.Email),
        (nameof(SignUpPage.Name), typed.Name),
        (nameof(SignUpPage.TakesPhone), texts.IsOn),
        (nameof(SignUpPage.Return), typed.Return),
        // Where only invitations let in, a password needs the link before the address is proven.
        (nameof(SignUpPage.TakesPassword), options.Value.SignUp == "open" || joining is not null),
        (nameof(SignUpPage.MailIsOn), mail.IsOn),
        (nameof(SignUpPage.Joining), joining?.Banner),
        (nameof(SignUpPage.Faults), refusal is null ? FormFaults.None : words.Faults(refusal)),
        (nameof(SignUpPage.Trouble), refusal is null or { Code: "validation" } ? null : words.AsNotice(refusal)));
}

/// <summary>What was typed; the password is never shown again.</summary>
internal sealed record TypedAccount(string? Email, string? Name, string? Password, string? Return)
{
    public Problem? Faults()
    {
        var errors = new FieldErrors();
        errors.Take("name", PersonName.Parse(Name));
        var (email, phone) = SignInAddress.Read(Email);
        var address = SignInAddress.Parse(email, phone);
        if (address.Refused(out _) || (phone is not null && Password is not null))
        {
            errors.Add("email", "This is not an e-mail address."); // a password asks for one, because it is found again by mail
        }

        if (Password is not null)
        {
            errors.Take("password", PasswordRule.Parse(Password, address.Problem is null ? address.Value as EmailAddress : null));
        }

        return errors.Problem;
    }
}
