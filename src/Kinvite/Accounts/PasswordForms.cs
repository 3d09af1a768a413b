using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.Accounts;

/// <summary><c>/sign-in/password</c>: for those who have one and want to use it.</summary>
internal sealed class PasswordForms(Login login, WebSignIn webSignIn, FindJoining findJoining, ProblemWords words)
{
    private const string Here = "/sign-in/password";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Here, static (string? @return, HttpContext http, PasswordForms forms, CancellationToken ct) => forms.ShowAsync(http, @return, ct));
        pages.MapPost(Here, static (PostedForm form, HttpContext http, PasswordForms forms, CancellationToken ct) => forms.SignInAsync(http, form, ct));
    }

    private async Task<IResult> ShowAsync(HttpContext http, string? returnTo, CancellationToken ct)
    {
        var back = OwnPath.OrNone(returnTo);
        var joining = await findJoining.HandleAsync(http, back, ct);
        return Page(EmailAddress.TryParse(joining?.Address)?.Value, back, joining, refusal: null, status: 200);
    }

    private async Task<IResult> SignInAsync(HttpContext http, PostedForm form, CancellationToken ct)
    {
        var (email, back) = (form.Filled("email"), OwnPath.OrNone(form["return"]));
        var joining = await findJoining.HandleAsync(http, back, ct);
        var signedIn = form.IsGenuine ? await login.HandleAsync(new(email, form["password"]), SessionKind.Web, Caller.Of(http), ct) : PageAnswers.StaleForm;
        return signedIn.Refused(out var refusal)
            ? Page(email, back, joining, refusal, refusal.Status == 401 ? 400 : PageAnswers.StatusAtForm(refusal))
            : new SeeOther(await webSignIn.FinishAsync(http, signedIn.Value, back, joining, ct));
    }

    private RazorComponentResult Page(string? email, string? back, JoiningInHand? joining, Problem? refusal, int status) => PageAnswers.Page<PasswordPage>(
        status,
        (nameof(PasswordPage.Email), email),
        (nameof(PasswordPage.Return), back),
        (nameof(PasswordPage.Joining), joining?.Banner),
        (nameof(PasswordPage.Faults), refusal is null ? FormFaults.None : words.Faults(refusal)),
        (nameof(PasswordPage.Trouble), refusal is null or { Code: "validation" } ? null : words.AsNotice(refusal)));
}
