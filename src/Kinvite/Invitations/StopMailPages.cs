using Kinvite.Links;
using Kinvite.Pages;

namespace Kinvite.Invitations;

/// <summary><c>/mail/stop/{token}</c>: one button. The post carries no form token, because a mail program's one click cannot have one; the link is the proof.</summary>
internal static class StopMailPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/mail/stop/{token}", static (string token, KeyRing keys) =>
            keys.ReadStopToken(token) is null ? ErrorResponse.Page(InvitationProblems.Unknown) : Page(token, done: false));
        pages.MapPost("/mail/stop/{token}", static async (string token, StopInvitations stop, CancellationToken ct) =>
            (await stop.HandleAsync(token, ct)).Refused(out var problem) ? ErrorResponse.Page(problem) : Page(token, done: true)).DisableAntiforgery();
    }

    private static IResult Page(string token, bool done) =>
        PageAnswers.Page<StopMailPage>(StatusCodes.Status200OK, (nameof(StopMailPage.Action), $"/mail/stop/{token}"), (nameof(StopMailPage.Done), done));
}
