using System.Threading.RateLimiting;
using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Telemetry;
using Microsoft.Extensions.Options;

namespace Kinvite.Limits;

/// <summary>Limits by client network, counted in this process: for routes where even a refusal must cost no query.</summary>
internal sealed class IpLimits(IOptions<KinviteOptions> options, KinviteMetrics metrics) : IDisposable
{
    private readonly PartitionedRateLimiter<(Limit Limit, string Network)> limiter = PartitionedRateLimiter.Create<(Limit Limit, string Network), (string, string)>(
        key => RateLimitPartition.GetTokenBucketLimiter((key.Limit.Name, key.Network), _ => Bucket(Gcra.Of(key.Limit, options.Value.Limits.Factor))));

    /// <summary>Counts one more, or says 429 <c>limit.exceeded</c>.</summary>
    public Problem? Take(Limit limit, HttpContext http)
    {
        var key = (limit, ClientNetwork.Of(http));
        using var lease = limiter.AttemptAcquire(key);
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.Zero;
        var remaining = (int)(limiter.GetStatistics(key)?.CurrentAvailablePermits ?? 0);
        RateLimitHeaders.Write(http.Response, limit, Gcra.Of(limit, options.Value.Limits.Factor), remaining, wait);
        if (lease.IsAcquired)
        {
            return null;
        }

        metrics.Refused(limit.Name);
        return Limit.Exceeded(wait);
    }

    public void Dispose() => limiter.Dispose();

    private static TokenBucketRateLimiterOptions Bucket(Gcra gcra) => new()
    {
        TokenLimit = gcra.Count,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = gcra.Interval,
        QueueLimit = 0,
    };
}

internal static class IpLimitConvention
{
    /// <summary>Refuses with 429 when one client network calls these routes too often; counted in the process, before the use case.</summary>
    public static TBuilder RequireIpLimit<TBuilder>(this TBuilder builder, Limit limit)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) =>
            context.HttpContext.RequestServices.GetRequiredService<IpLimits>().Take(limit, context.HttpContext) is { } problem
                ? problem.ToHttp()
                : await next(context));
}
