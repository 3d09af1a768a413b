namespace Kinvite.Activity;

/// <summary>The folder's table of contents.</summary>
internal static class ActivityFeature
{
    public static IServiceCollection AddActivity(this IServiceCollection services) => services.AddScoped<ListActivity>().AddScoped<ActivitySentence>().AddScoped<ShowActivity>();

    /// <summary>Pages under <c>/families/{familyId}</c>.</summary>
    public static void MapPages(IEndpointRouteBuilder circle) => ActivityPages.Map(circle);
}
