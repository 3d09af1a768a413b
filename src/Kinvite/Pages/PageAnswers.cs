using Kinvite.Http;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.Pages;

/// <summary>How an endpoint answers with a page.</summary>
internal static class PageAnswers
{
    /// <summary>What a form with an old or missing token gets, beside its own page.</summary>
    public static readonly Problem StaleForm = new(400, "form.stale", "This page was open too long", "Load the page again and repeat the last step.");

    /// <summary>A page with its parameters.</summary>
    public static RazorComponentResult Page<TPage>(int status, params (string Name, object? Value)[] parameters)
        where TPage : IComponent =>
        new RazorComponentResult<TPage>(parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal)) { StatusCode = status };

    /// <summary>Signs in first and comes back.</summary>
    public static SeeOther SignInFirst(string back) => new(WithReturn("/sign-in", back));

    /// <summary>A page that leads on to <paramref name="back"/> afterwards.</summary>
    public static string WithReturn(string page, string? back) => back is null ? page : $"{page}?return={Uri.EscapeDataString(back)}";

    /// <summary>Confirms that it is really its person who changes how an account signs in, and comes back.</summary>
    public static SeeOther ConfirmFirst(string back) => new($"/account/confirm?return={Uri.EscapeDataString(back)}");

    /// <summary>Refused at a form: its page is shown again with this status. What is over stays a fault of the form; what is not there is no page at all.</summary>
    public static int StatusAtForm(Problem problem) => problem.Status is 403 or 409 or 410 ? 400 : problem.Status;

    /// <summary>Pages of a family are for those who are signed in; a form that was sent after signing out leads back to its page.</summary>
    public static RouteGroupBuilder RequireSignIn(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(static async (context, next) =>
        {
            var http = context.HttpContext;
            var current = http.RequestServices.GetRequiredService<CurrentAccount>();
            if (current.IsSignedIn)
            {
                return await next(context);
            }

            // A child on a shared tablet has one page of its own.
            if (current.IsChild)
            {
                return new SeeOther("/who/me");
            }

            var back = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) ? http.Request.Path + http.Request.QueryString : PageOf(http);
            return SignInFirst(back);
        });
        return group;
    }

    // The page whose form it was: its address without the last step, where that step is no page of its own.
    private static string PageOf(HttpContext http) =>
        http.GetRouteValue("familyId") is { } family ? $"/families/{family}" : http.Request.Path.ToString();
}
