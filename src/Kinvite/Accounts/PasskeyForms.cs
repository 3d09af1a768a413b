using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Pages;

namespace Kinvite.Accounts;

/// <summary>Signing in with a passkey: the script asks for the question, and sends the answer with the form.</summary>
internal sealed class PasskeyForms(SignInWithPasskey signIn, WebSignIn webSignIn, FindJoining findJoining, FlashNotice flash)
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapPost("/sign-in/passkey/options", static (PostedForm form, HttpContext http, PasskeyForms forms) => forms.AskAsync(form, http));
        pages.MapPost("/sign-in/passkey", static (PostedForm form, HttpContext http, PasskeyForms forms, CancellationToken ct) => forms.SignInAsync(form, http, ct));
    }

    /// <summary>For the script.</summary>
    public static IResult Question(string json) => TypedResults.Text(json, "application/json");

    private async Task<IResult> AskAsync(PostedForm form, HttpContext http) =>
        form.IsGenuine ? Question(await signIn.AskAsync(http)) : PageAnswers.StaleForm.ToHttp();

    // Nothing was typed that could be lost: back to the page, which says what to do.
    private async Task<IResult> SignInAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var back = OwnPath.OrNone(form["return"]);
        var signedIn = form.IsGenuine ? await signIn.HandleAsync(form["credential"], http, ct) : PageAnswers.StaleForm;
        if (!signedIn.Refused(out _))
        {
            return new SeeOther(await webSignIn.FinishAsync(http, signedIn.Value, back, await findJoining.HandleAsync(http, back, ct), ct));
        }

        flash.Write(http, Notices.PasskeyFailed);
        return back is null ? new SeeOther("/sign-in") : PageAnswers.SignInFirst(back);
    }
}
