using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Pages;
using Microsoft.AspNetCore.Authentication;

namespace Kinvite.Accounts.Oidc;

/// <summary>
/// The way to a provider and back. It begins with a form, because it ends with somebody signed in; the way back is the provider's redirect,
/// which counts only in the browser that went (state and correlation cookie).
/// </summary>
internal sealed partial class ProviderForms(
    SignInWithProvider signIn, AddProvider add, RemoveProvider remove, ConfirmByProvider confirm, WebSignIn webSignIn, FindJoining findJoining,
    SessionCookie cookie, CurrentAccount current, FlashNotice flash, ILogger<ProviderForms> logger)
{
    private const string WhyItem = "why";
    private const string AccountItem = "account";
    private const string BackItem = "back";
    private const string Ways = "/account/sign-in";

    /// <summary>What signing in at the provider is for.</summary>
    private enum Why { SignIn, Add, Confirm }

    public static void Map(IEndpointRouteBuilder pages, IReadOnlyList<OidcProvider> all)
    {
        foreach (var provider in all)
        {
            pages.MapPost(provider.StartPath, (PostedForm form, HttpContext http, ProviderForms forms) => forms.StartAsync(provider, Why.SignIn, form, http));
        }
    }

    /// <summary>Behind a sign-in.</summary>
    public static void MapSignedIn(IEndpointRouteBuilder signedIn, IReadOnlyList<OidcProvider> all)
    {
        foreach (var provider in all)
        {
            signedIn.MapPost($"{Ways}/with/{provider.Slug}", (PostedForm form, HttpContext http, ProviderForms forms) => forms.StartAsync(provider, Why.Add, form, http));
            signedIn.MapPost($"/account/confirm/with/{provider.Slug}", (PostedForm form, HttpContext http, ProviderForms forms) => forms.StartAsync(provider, Why.Confirm, form, http));
        }

        if (all.Count > 0)
        {
            signedIn.MapPost($"{Ways}/providers/remove", static (PostedForm form, HttpContext http, ProviderForms forms, CancellationToken ct) => forms.RemoveAsync(form, http, ct));
        }
    }

    /// <summary>The person is back, and the provider's word is checked.</summary>
    public async Task FinishAsync(TicketReceivedContext ticket)
    {
        ticket.HandleResponse();
        var (http, properties) = (ticket.HttpContext, (OidcTicketProperties)ticket.Properties!);
        // Remote answers are handled before the session is looked at.
        await http.AuthenticateAsync(SessionAuthenticationHandler.SchemeName);
        var (why, back) = (Enum.Parse<Why>(properties.Items[WhyItem]!), OwnPath.OrNone(properties.Items[BackItem]));
        var provider = ((OidcOptions)ticket.Options).Provider;
        var answer = why == Why.SignIn ? await SignInAsync(provider, properties.Person, back, http)
            : current.AccountId?.ToString("D") != properties.Items[AccountItem] ? PageAnswers.SignInFirst(back ?? Ways) // somebody else has signed in meanwhile
            : why == Why.Add ? await AddAsync(provider, properties.Person, http)
            : await ConfirmAsync(provider, properties.Person, back ?? "/account", http);
        await answer.ExecuteAsync(http);
    }

    /// <summary>The person changed their mind there, or the answer is none: back to the page, which says what to do. What exactly was wrong is for the log.</summary>
    public async Task FailAsync(OidcProvider provider, HttpContext http, AuthenticationProperties? properties, Exception? fault)
    {
        if (fault is not null)
        {
            // What the provider's answer says in its own words came by the browser's address: anybody can write there.
            Refused(provider.Name, http.Request.Query.ContainsKey("error") ? "The provider says no." : fault.Message);
        }

        await Failed(provider, http, OwnPath.OrNone(properties?.Items.TryGetValue(BackItem, out var back) == true ? back : null)).ExecuteAsync(http);
    }

    private async Task<IResult> StartAsync(OidcProvider provider, Why why, PostedForm form, HttpContext http)
    {
        var back = OwnPath.OrNone(form["return"]);
        if (!form.IsGenuine)
        {
            flash.Write(http, Notices.ProviderFailed, provider.Name);
            return new SeeOther(Page(why, back));
        }

        if (why == Why.Add && add.Lacks is not null)
        {
            return PageAnswers.ConfirmFirst(Ways);
        }

        var properties = new AuthenticationProperties { RedirectUri = "/" };
        (properties.Items[WhyItem], properties.Items[BackItem]) = (why.ToString(), back);
        if (why != Why.SignIn)
        {
            properties.Items[AccountItem] = current.Id.ToString("D");
        }

        if (why == Why.Confirm)
        {
            properties.Items[OidcHandler.AskAnew] = "";
        }

        try
        {
            await http.ChallengeAsync(provider.Slug, properties);
            return Results.Empty;
        }
        catch (AuthenticationFailureException e)
        {
            Refused(provider.Name, e.Message);
            return Failed(provider, http, back, why);
        }
    }

    private async Task<IResult> SignInAsync(OidcProvider provider, ProviderIdentity person, string? back, HttpContext http)
    {
        var joining = await findJoining.HandleAsync(http, back, http.RequestAborted);
        var signedIn = await signIn.HandleAsync(provider, person, Caller.Of(http), joining?.Link, http.RequestAborted);
        if (!signedIn.Refused(out var refusal))
        {
            return new SeeOther(await webSignIn.FinishAsync(http, signedIn.Value, back, joining, http.RequestAborted));
        }

        flash.Write(http, refusal.Code switch
        {
            "sign_up.invited" => Notices.NewByInvitation,
            "sign_up.closed" => Notices.NewClosed,
            _ => Notices.ProviderFailed,
        }, provider.Name);
        return new SeeOther(Page(Why.SignIn, back));
    }

    private async Task<IResult> AddAsync(OidcProvider provider, ProviderIdentity person, HttpContext http)
    {
        var refusal = await add.HandleAsync(provider, person, http.RequestAborted);
        if (refusal?.Code == "auth.reauthenticate")
        {
            return PageAnswers.ConfirmFirst(Ways);
        }

        flash.Write(http, refusal is null ? Notices.ProviderAdded : refusal.Code == "provider.taken" ? Notices.ProviderTaken : Notices.ProviderFailed, provider.Name);
        return new SeeOther(Ways);
    }

    private async Task<IResult> ConfirmAsync(OidcProvider provider, ProviderIdentity person, string back, HttpContext http)
    {
        var confirmed = await confirm.HandleAsync(person, http.RequestAborted);
        if (confirmed.Refused(out _))
        {
            return Failed(provider, http, back, Why.Confirm);
        }

        if (confirmed.Value is { } tokens)
        {
            cookie.Write(http, tokens);
        }

        return new SeeOther(back);
    }

    private async Task<IResult> RemoveAsync(PostedForm form, HttpContext http, CancellationToken ct)
    {
        var removed = form.IsGenuine ? await remove.HandleAsync(form["id"], ct) : PageAnswers.StaleForm;
        if (removed.Refused(out var refusal))
        {
            if (refusal.Code == "auth.reauthenticate")
            {
                return PageAnswers.ConfirmFirst(Ways);
            }

            if (refusal == Problem.AuthRequired)
            {
                return PageAnswers.SignInFirst(Ways); // signed out a moment ago, elsewhere
            }

            if (refusal.Code == "account.last_sign_in")
            {
                flash.Write(http, Notices.LastWayIn);
            }

            return new SeeOther(Ways);
        }

        flash.Write(http, Notices.ProviderRemoved, removed.Value);
        return new SeeOther(Ways);
    }

    private SeeOther Failed(OidcProvider provider, HttpContext http, string? back, Why why = Why.SignIn)
    {
        flash.Write(http, Notices.ProviderFailed, provider.Name);
        return new SeeOther(Page(why, back));
    }

    private static string Page(Why why, string? back) => why switch
    {
        Why.Add => Ways,
        Why.Confirm => PageAnswers.WithReturn("/account/confirm", back),
        _ => PageAnswers.WithReturn("/sign-in", back),
    };

    [LoggerMessage(EventId = 3302, Level = LogLevel.Information, Message = "A sign-in with {Provider} was refused: {Reason}")]
    private partial void Refused(string provider, string reason);
}
