using Kinvite.Http;
using Kinvite.Pages;

namespace Kinvite.Accounts;

/// <summary>The button in the account's menu.</summary>
internal static class SignOutForm
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/sign-out", PostAsync).ExcludeFromDescription();

    private static async Task<IResult> PostAsync(
        PostedForm form, HttpContext http, Logout logout, CurrentAccount account, FlashNotice flash, CancellationToken ct)
    {
        if (account.IsSignedIn && !form.IsGenuine)
        {
            return ErrorResponse.Page(PageAnswers.StaleForm);
        }

        await logout.HandleAsync(http, ct);
        flash.Write(http, Notices.SignedOut);
        return new SeeOther(OwnPath.Or(form["return"], "/"));
    }
}
