namespace Kinvite.Devices;

/// <summary>A family's shared tablets: adding and removing them, the faces on them, and children who come in.</summary>
internal static class DevicesFeature
{
    public static IServiceCollection AddDevices(this IServiceCollection services) => services
        .AddScoped<TabletDoor>()
        .AddScoped<ShareDevice>()
        .AddScoped<ListDevices>()
        .AddScoped<RemoveDevice>()
        .AddScoped<ListFaces>()
        .AddSingleton<PinAttempts>()
        .AddScoped<SignInOnDevice>()
        .AddSingleton<TabletCookie>()
        .AddScoped<ShowTabletHome>()
        .AddScoped<TabletsPages>()
        .AddScoped<WhoPages>()
        .AddScoped<LeaveTabletPages>();

    /// <summary>Under <c>/api/families/{familyId}</c>.</summary>
    public static void MapForFamily(IEndpointRouteBuilder family)
    {
        ShareDevice.Map(family);
        ListDevices.Map(family);
        RemoveDevice.Map(family);
    }

    /// <summary>The tablet's own pages, and those under <c>/families/{familyId}</c>.</summary>
    public static void MapPages(IEndpointRouteBuilder pages, IEndpointRouteBuilder circle)
    {
        WhoPages.Map(pages);
        LeaveTabletPages.Map(pages);
        TabletsPages.Map(circle);
    }

    /// <param name="device"><c>/api/device</c>: the tablet itself is what asks.</param>
    public static void Map(IEndpointRouteBuilder device)
    {
        ListFaces.Map(device);
        SignInOnDevice.Map(device);
    }
}
