using Kinvite.Http;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.Accounts;

/// <summary><c>/sign-up/first/…</c>: the set-up link's page. Opening it makes nothing.</summary>
internal sealed class FirstAccountForms(FirstAccount first, WebSignIn webSignIn, ProblemWords words)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/sign-up/first").ExcludeFromDescription();
        pages.MapGet("/{token}", static (string token, FirstAccountForms forms, CancellationToken ct) => forms.ShowAsync(token, ct));
        pages.MapPost("", static (PostedForm form, HttpContext http, FirstAccountForms forms, CancellationToken ct) => forms.MakeAsync(form, http, ct));
    }

    private async Task<IResult> ShowAsync(string token, CancellationToken ct) =>
        await first.RefuseAsync(token, ct) is { } refusal ? Over(refusal) : Page(token, new(Name: null, Email: null, Password: null), refusal: null, status: 200);

    private async Task<IResult> MakeAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var (token, typed) = (form["token"], new FirstPerson(form.Filled("name"), form.Filled("email"), form["password"]));
        var made = form.IsGenuine ? await first.HandleAsync(token, typed, Caller.Of(http), ct)
            : await first.RefuseAsync(token, ct) ?? PageAnswers.StaleForm;
        if (made.Refused(out var refusal))
        {
            return refusal.Status is 404 or 410 ? Over(refusal) : Page(token!, typed, refusal, PageAnswers.StatusAtForm(refusal));
        }

        await webSignIn.FinishAsync(http, made.Value.SignIn, returnTo: null, joining: null, ct);
        return new SeeOther(made.Value.Challenge is { } code ? $"/account/address?code={code:D}" : "/welcome");
    }

    private static RazorComponentResult Over(Problem refusal) => refusal.Status == 410
        ? PageAnswers.Page<FirstAccountPage>(410, (nameof(FirstAccountPage.Over), true))
        : ErrorResponse.Page(refusal);

    private RazorComponentResult Page(string token, FirstPerson typed, Problem? refusal, int status) => PageAnswers.Page<FirstAccountPage>(
        status,
        (nameof(FirstAccountPage.Token), token),
        (nameof(FirstAccountPage.Name), typed.Name),
        (nameof(FirstAccountPage.Email), typed.Email),
        (nameof(FirstAccountPage.Faults), refusal is null ? FormFaults.None : words.Faults(refusal)),
        (nameof(FirstAccountPage.Trouble), refusal is null or { Code: "validation" } ? null : words.AsNotice(refusal)));
}
