namespace Kinvite.SeedPaths;

/// <summary>
/// The folder's table of contents: addresses and shapes that apps of this sort had before, on the caller's default family. Fronts alone: each calls
/// the use case that <c>/api/families</c> has for it, so that rights, limits and texts are the same.
/// </summary>
internal static class SeedPathsFeature
{
    public static IServiceCollection AddSeedPaths(this IServiceCollection services) => services.AddScoped<CallersFamily>();

    /// <summary>Under <c>/api/family</c>.</summary>
    public static void Map(IEndpointRouteBuilder family)
    {
        VaultInvites.Map(family);
        VaultLinks.Map(family);
        SingleInvitations.Map(family);
    }

    /// <summary>For those who are signed in.</summary>
    public static void MapPages(IEndpointRouteBuilder signedIn) => SettingsPages.Map(signedIn);
}
