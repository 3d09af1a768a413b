using Kinvite.Pages;

namespace Kinvite.Invitations;

/// <summary><c>/print/{id}</c>: an invitation's link on paper, for whoever may hand it over.</summary>
internal static class PrintCardPages
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGroup("/print").RequireSignIn().MapGet("/{id:guid}", GetAsync);

    private static async Task<IResult> GetAsync(Guid id, ShowPrintCard show, CancellationToken ct)
    {
        var shown = await show.HandleAsync(id, ct);
        return shown.Refused(out var problem)
            ? InvitationsPages.Over(problem)
            : PageAnswers.Page<PrintCardPage>(StatusCodes.Status200OK, (nameof(PrintCardPage.View), shown.Value));
    }
}
