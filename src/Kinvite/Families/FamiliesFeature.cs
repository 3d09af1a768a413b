namespace Kinvite.Families;

/// <summary>The folder's table of contents.</summary>
internal static class FamiliesFeature
{
    public static IServiceCollection AddFamilies(this IServiceCollection services) => services
        .AddScoped<CreateFamily>()
        .AddScoped<ListFamilies>()
        .AddScoped<ShowStart>()
        .AddScoped<GetFamily>()
        .AddScoped<UpdateFamily>()
        .AddScoped<TransferFamily>()
        .AddScoped<ExportFamily>()
        .AddScoped<DeleteFamily>()
        .AddScoped<ShowFamily>()
        .AddScoped<ShowSettings>();

    /// <summary>Under <c>/api/families</c>.</summary>
    public static void Map(IEndpointRouteBuilder families, IEndpointRouteBuilder family)
    {
        CreateFamily.Map(families);
        ListFamilies.Map(families);
        GetFamily.Map(family);
        UpdateFamily.Map(family);
        TransferFamily.Map(family);
        ExportFamily.Map(family);
        DeleteFamily.Map(family);
    }

    /// <summary>Pages for those who are signed in; <paramref name="circle"/> is <c>/families/{familyId}</c>.</summary>
    public static void MapPages(IEndpointRouteBuilder pages, IEndpointRouteBuilder circle)
    {
        WelcomePages.Map(pages);
        FamilyPages.Map(circle);
        SettingsPages.Map(circle);
    }
}
