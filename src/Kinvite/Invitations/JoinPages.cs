using Kinvite.Accounts;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.Invitations;

/// <summary><c>/join</c>: the consent screen of an opened link, and the answers to it. Nobody joins by opening or by signing in (design.md §3 rule 5).</summary>
internal static class JoinPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/join", GetAsync).TakesTokenFromQuery();
        pages.MapGet("/join/declined", DeclinedAsync);
        pages.MapPost("/join/seen", SeenAsync);
        // Without scripts an answer is the first touch.
        var answers = pages.MapGroup("/join").AddEndpointFilter(SeenByAnswerAsync);
        answers.MapPost("/accept", AcceptAsync);
        answers.MapPost("/decline", DeclineAsync);
        answers.MapPost("/ask", AskAsync);
        answers.MapPost("/switch", SwitchAsync);
    }

    private static async Task<IResult> GetAsync(
        string? i, HttpContext http, InvitationCookie cookie, IpLimits limits, ShowJoin show, CancellationToken ct)
    {
        if (limits.Take(CallerLimits.Preview, http) is { } tooOften)
        {
            return ErrorResponse.Page(tooOften);
        }

        var view = await show.HandleAsync(i, cookie.Read(http, i), ct);
        return view is { State: JoinState.Joined, Family.FamilyId: { } family } ? new SeeOther($"/families/{family:D}") : Show(view);
    }

    /// <summary>Sent by script at the first touch, key or scroll.</summary>
    private static async Task<IResult> SeenAsync(
        string? i, PostedForm form, HttpContext http, InvitationCookie cookie, IpLimits limits, SeenInvite seen, CancellationToken ct)
    {
        if (limits.Take(CallerLimits.Preview, http) is { } tooOften)
        {
            return tooOften.ToHttp();
        }

        if (form.IsGenuine && cookie.Read(http, i) is { } token)
        {
            await seen.HandleAsync(token, ct);
        }

        return TypedResults.NoContent();
    }

    private static async ValueTask<object?> SeenByAnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (context.Arguments.OfType<PostedForm>().FirstOrDefault() is { IsGenuine: true } form
            && InHand(form, http, http.RequestServices.GetRequiredService<InvitationCookie>()).Token is { } token)
        {
            await http.RequestServices.GetRequiredService<SeenInvite>().HandleAsync(token, http.RequestAborted);
        }

        return await next(context);
    }

    /// <summary>Right after a "no": says so, without offering to ask again.</summary>
    private static async Task<IResult> DeclinedAsync(string? i, HttpContext http, InvitationCookie cookie, ShowJoin show, CancellationToken ct)
    {
        var view = await show.HandleAsync(i, cookie.Read(http, i), ct);
        return view.State == JoinState.Declined ? Show(view with { State = JoinState.JustDeclined }) : new SeeOther(PathOf(i));
    }

    private static async Task<IResult> AcceptAsync(
        PostedForm form, HttpContext http, InvitationCookie cookie, ShowJoin show, AcceptInvite accept, SessionCookie session, ProblemWords words,
        FlashNotice flash, CancellationToken ct)
    {
        var (id, token) = InHand(form, http, cookie);
        if (!form.IsGenuine || token is null)
        {
            return await AgainAsync(show, id, token, form, form.IsGenuine ? InvitationProblems.Unknown : PageAnswers.StaleForm, words, ct);
        }

        var accepted = await accept.HandleAsync(token, new(Name: form["name"]), Visit.OfBrowser(http), ct);
        if (accepted.Refused(out var problem))
        {
            if (problem.Code == Problem.AuthRequired.Code)
            {
                return PageAnswers.SignInFirst(PathOf(id));
            }

            return await AgainAsync(show, id, token, form, problem, words, ct);
        }

        if (accepted.Value.Session is { } guest)
        {
            session.Write(http, guest);
        }

        var (outcome, family) = (accepted.Value.Outcome, accepted.Value.FamilyId);
        if (outcome == AcceptInvite.WaitingForApproval)
        {
            return new SeeOther(PathOf(id));
        }

        cookie.Drop(http, id);
        if (await show.FamilyNameAsync(family, ct) is { } name)
        {
            flash.Write(http, NoticeFor(accepted.Value), name);
        }

        return new SeeOther($"/families/{family:D}");
    }

    private static NoticeKey NoticeFor(AcceptInviteResponse accepted) =>
        accepted.Outcome != AcceptInvite.Joined ? Notices.JoinedBefore : accepted.Session is null ? Notices.Joined : Notices.JoinedAsGuest;

    private static async Task<IResult> DeclineAsync(
        PostedForm form, HttpContext http, InvitationCookie cookie, ShowJoin show, DeclineInvite decline, ProblemWords words, CancellationToken ct)
    {
        var (id, token) = InHand(form, http, cookie);
        var problem = !form.IsGenuine ? PageAnswers.StaleForm
            : token is null ? InvitationProblems.Unknown
            : (await decline.HandleAsync(token, new(form.Ticked("block")), ct)).Problem;
        return problem is null ? new SeeOther($"/join/declined?i={id}") : await AgainAsync(show, id, token, form, problem, words, ct);
    }

    private static async Task<IResult> AskAsync(
        PostedForm form, HttpContext http, InvitationCookie cookie, ShowJoin show, AskInviter ask, CurrentAccount account, ProblemWords words,
        CancellationToken ct)
    {
        var (id, token) = InHand(form, http, cookie);
        if (form.IsGenuine && token is not null && !account.IsSignedIn)
        {
            return PageAnswers.SignInFirst(PathOf(id));
        }

        var problem = !form.IsGenuine ? PageAnswers.StaleForm
            : token is null ? InvitationProblems.Unknown
            : (await ask.HandleAsync(token, new(form.Filled("message")), ct)).Problem;
        return problem is null ? new SeeOther(PathOf(id)) : await AgainAsync(show, id, token, form, problem, words, ct);
    }

    /// <summary>Signs out and in as somebody else; the invitation stays in hand.</summary>
    private static async Task<IResult> SwitchAsync(
        PostedForm form, HttpContext http, InvitationCookie cookie, ShowJoin show, Logout logout, ProblemWords words, CancellationToken ct)
    {
        var (id, token) = InHand(form, http, cookie);
        if (!form.IsGenuine)
        {
            return await AgainAsync(show, id, token, form, PageAnswers.StaleForm, words, ct);
        }

        await logout.HandleAsync(http, ct);
        return PageAnswers.SignInFirst(PathOf(id));
    }

    private static async Task<IResult> AgainAsync(
        ShowJoin show, string? id, string? token, PostedForm form, Problem problem, ProblemWords words, CancellationToken ct)
    {
        var view = await show.HandleAsync(id, token, ct);
        var over = ShowJoin.StateOf(problem);
        if (over is JoinState.Full)
        {
            view = view with { State = over };
        }

        var faults = words.Faults(problem);
        // A screen that says why needs no second sentence about it.
        var said = faults.Any || view.State == over && over != JoinState.Offer;
        return Show(
            view with { Name = form["name"] ?? view.Name }, PageAnswers.StatusAtForm(problem), faults, said ? null : words.AsNotice(problem));
    }

    private static RazorComponentResult Show(JoinView view, int status = StatusCodes.Status200OK, FormFaults? faults = null, NoticeText? trouble = null) =>
        PageAnswers.Page<JoinPage>(
            status, (nameof(JoinPage.View), view), (nameof(JoinPage.Faults), faults ?? FormFaults.None), (nameof(JoinPage.Trouble), trouble));

    private static (string? Id, string? Token) InHand(PostedForm form, HttpContext http, InvitationCookie cookie) => (form["i"], cookie.Read(http, form["i"]));

    private static string PathOf(string? id) => id is null ? "/join" : $"/join?i={Uri.EscapeDataString(id)}";
}
