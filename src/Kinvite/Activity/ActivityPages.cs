using Kinvite.Pages;

namespace Kinvite.Activity;

/// <summary><c>/families/{familyId}/activity</c>: what happened.</summary>
internal static class ActivityPages
{
    /// <summary>Under <c>/families/{familyId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder circle) => circle.MapGet("/activity", GetAsync);

    private static async Task<IResult> GetAsync(Guid familyId, string? before, ShowActivity show, CancellationToken ct)
    {
        var shown = await show.HandleAsync(familyId, before, ct);
        return shown.Refused(out var problem)
            ? ErrorResponse.Page(problem)
            : PageAnswers.Page<ActivityPage>(StatusCodes.Status200OK, (nameof(ActivityPage.View), shown.Value));
    }
}
