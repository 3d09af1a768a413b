using Kinvite.Hosting;
using Microsoft.Extensions.Options;

namespace Kinvite.Kinds;

/// <summary>The folder's table of contents.</summary>
internal static class KindsFeature
{
    public static IServiceCollection AddKinds(this IServiceCollection services) => services
        .AddSingleton(provider => new FamilyKinds(provider.GetRequiredService<IOptions<KinviteOptions>>().Value.Kinds.Directory));

    /// <summary>Under <c>/api/families</c>.</summary>
    public static void MapKinds(IEndpointRouteBuilder families) => ListKinds.Map(families);
}
