using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Pages;

namespace Kinvite.Accounts;

/// <summary><c>/account/sign-in</c>: one's addresses, password and passkeys. Changing any needs a recent sign-in; who has none confirms first.</summary>
internal sealed class SignInWaysPages(
    ShowSignInWays show, AddAddress add, ChangeAddress change, RemoveAddress remove, AddPasskey addPasskey, RemovePasskey removePasskey,
    ChangePassword password, FlashNotice flash, ProblemWords words)
{
    private const string Here = "/account/sign-in";

    /// <summary>Behind a sign-in.</summary>
    public static void Map(IEndpointRouteBuilder signedIn)
    {
        var pages = signedIn.MapGroup(Here);
        pages.MapGet("", static (SignInWaysPages page, CancellationToken ct) => page.ShowAsync(200, ct));
        pages.MapPost("/addresses", static (PostedForm form, HttpContext http, SignInWaysPages page, CancellationToken ct) => page.AddAsync(form, http, ct));
        pages.MapPost("/addresses/prefer", static (PostedForm form, HttpContext http, SignInWaysPages page, CancellationToken ct) => page.PreferAsync(form, http, ct));
        pages.MapPost("/addresses/remove", static (PostedForm form, HttpContext http, SignInWaysPages page, CancellationToken ct) => page.RemoveAsync(form, http, ct));
        pages.MapPost("/password", static (PostedForm form, HttpContext http, SignInWaysPages page, CancellationToken ct) => page.PasswordAsync(form, http, form["password"] ?? "", ct));
        pages.MapPost("/password/remove", static (PostedForm form, HttpContext http, SignInWaysPages page, CancellationToken ct) => page.PasswordAsync(form, http, typed: null, ct));
        pages.MapPost("/passkeys/options", static (PostedForm form, HttpContext http, SignInWaysPages page, CancellationToken ct) => page.OptionsAsync(form, http, ct));
        pages.MapPost("/passkeys", static (PostedForm form, HttpContext http, SignInWaysPages page, CancellationToken ct) => page.AddPasskeyAsync(form, http, ct));
        pages.MapPost("/passkeys/remove", static (PostedForm form, HttpContext http, SignInWaysPages page, CancellationToken ct) => page.RemovePasskeyAsync(form, http, ct));
    }

    private async Task<IResult> AddAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var asked = form.IsGenuine ? await add.HandleAsync(AddAddressRequest.Of(form["email"]), Caller.Of(http), ct) : PageAnswers.StaleForm;
        return asked.Refused(out var problem) ? await RefusedAsync(problem, ct, form["email"]) : new SeeOther($"/account/address?code={asked.Value:D}");
    }

    private async Task<IResult> PreferAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var changed = form.IsGenuine ? await change.HandleAsync(form.Id("id"), new() { Primary = true }, ct) : PageAnswers.StaleForm;
        return changed.Refused(out var problem) ? await RefusedAsync(problem, ct) : Done(http, Notices.AddressPreferred, ContactAddress.Mask(changed.Value.Value));
    }

    private async Task<IResult> RemoveAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var removed = form.IsGenuine ? await remove.HandleAsync(form.Id("id"), ct) : PageAnswers.StaleForm;
        return removed.Refused(out var problem) ? await RefusedAsync(problem, ct) : Done(http, Notices.AddressRemoved, ContactAddress.Mask(removed.Value.Value));
    }

    private async Task<IResult> PasswordAsync(PostedForm form, HttpContext http, string? typed, CancellationToken ct)
    {
        var changed = form.IsGenuine ? await password.HandleAsync(typed, ct) : PageAnswers.StaleForm;
        return changed.Refused(out var problem) ? await RefusedAsync(problem, ct) : Done(http, typed is null ? Notices.PasswordRemoved : Notices.PasswordSet);
    }

    private async Task<IResult> OptionsAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var asked = form.IsGenuine ? await addPasskey.AskAsync(http, ct) : PageAnswers.StaleForm;
        return asked.Refused(out var problem) ? problem.ToHttp() : PasskeyForms.Question(asked.Value);
    }

    private async Task<IResult> AddPasskeyAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var added = form.IsGenuine ? await addPasskey.HandleAsync(form["credential"], form.Filled("name"), http, ct) : PageAnswers.StaleForm;
        return added.Refused(out var problem) ? await RefusedAsync(problem, ct) : Done(http, Notices.PasskeyAdded, added.Value);
    }

    private async Task<IResult> RemovePasskeyAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var removed = form.IsGenuine ? await removePasskey.HandleAsync(PasskeyView.CredentialOf(form["id"]) ?? [], ct) : PageAnswers.StaleForm;
        return removed.Refused(out var problem) ? await RefusedAsync(problem, ct) : Done(http, Notices.PasskeyRemoved, removed.Value);
    }

    private SeeOther Done(HttpContext http, NoticeKey said, params string[] arguments)
    {
        flash.Write(http, said, arguments);
        return new SeeOther(Here);
    }

    private async Task<IResult> RefusedAsync(Problem problem, CancellationToken ct, string? email = null) => problem.Code switch
    {
        "auth.reauthenticate" => PageAnswers.ConfirmFirst(Here),
        "auth.required" => PageAnswers.SignInFirst(Here), // signed out a moment ago, elsewhere
        "not_found" => new SeeOther(Here), // gone already: the page shows what is there
        _ => await ShowAsync(PageAnswers.StatusAtForm(problem), ct, problem, email),
    };

    private async Task<IResult> ShowAsync(int status, CancellationToken ct, Problem? problem = null, string? email = null)
    {
        var faults = problem is null ? FormFaults.None : words.Faults(problem);
        return PageAnswers.Page<SignInWaysPage>(
            status,
            (nameof(SignInWaysPage.View), await show.HandleAsync(ct)),
            (nameof(SignInWaysPage.Email), email),
            (nameof(SignInWaysPage.Faults), faults),
            (nameof(SignInWaysPage.Trouble), problem is null || faults.Any ? null : words.AsNotice(problem)));
    }
}
