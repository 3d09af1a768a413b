using Kinvite.Pages;

namespace Kinvite.Activity;

/// <summary><c>/families/{familyId}/activity</c>: what happened.</summary>
internal static class ActivityPages
{
    /// <summary>Under <c>/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder circle) => circle.MapGet("/activity", GetAsync);

    private static async Task<IResult> GetAsync(Guid familyId, string? memberId, string? before, ShowActivity show, CancellationToken ct)
    {
        // Empty, as the form sends it for everybody.
        var shown = await show.HandleAsync(familyId, Guid.TryParse(memberId, out var member) ? member : null, before, ct);
        return shown.Refused(out var problem)
            ? ErrorResponse.Page(problem)
            : PageAnswers.Page<ActivityPage>(StatusCodes.Status200OK, (nameof(ActivityPage.View), shown.Value));
    }
}
