namespace Kinvite.Limits;

/// <summary>How often callers may do what.</summary>
internal static class LimitsFeature
{
    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddSingleton<RateLimits>();
        services.AddSingleton<SendingLimits>();
        services.AddSingleton<TextLimits>();
        services.AddSingleton<IpLimits>();
        services.AddHostedService<RateCounterSweep>();
        return services;
    }
}
