using Kinvite.Hosting;
using Microsoft.Extensions.Options;

namespace Kinvite.Links;

/// <summary>The master key and what is derived from it.</summary>
internal static class LinksFeature
{
    public static IServiceCollection AddLinks(this IServiceCollection services)
    {
        services.AddSingleton(static provider => MasterKeyFile.Load(
            provider.GetRequiredService<IOptions<KinviteOptions>>().Value,
            required: provider.GetRequiredService<IHostEnvironment>().IsProduction()
                && !string.IsNullOrEmpty(provider.GetRequiredService<IConfiguration>().GetConnectionString("Kinvite"))));
        services.AddSingleton<KeyRing>();
        services.AddScoped<KeyEpochs>();
        services.AddScoped<RotateKeys>();
        services.AddScoped<InvalidateAll>();
        services.AddHostedService<KeyEpochRefresh>();
        return services;
    }
}
