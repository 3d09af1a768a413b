namespace Kinvite.Families;

/// <summary>The folder's table of contents.</summary>
internal static class FamiliesFeature
{
    public static IServiceCollection AddFamilies(this IServiceCollection services) => services
        .AddScoped<CreateFamily>()
        .AddScoped<ListFamilies>()
        .AddScoped<ShowStart>()
        .AddScoped<GetFamily>();

    /// <summary>Under <c>/api/families</c>.</summary>
    public static void Map(IEndpointRouteBuilder families, IEndpointRouteBuilder family)
    {
        CreateFamily.Map(families);
        ListFamilies.Map(families);
        GetFamily.Map(family);
    }
}
