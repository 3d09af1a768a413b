using System.Globalization;

namespace Kinvite.Limits;

/// <summary>The fields <c>RateLimit-Policy</c> and <c>RateLimit</c> (draft-ietf-httpapi-ratelimit-headers): a member for each limit that was counted.</summary>
internal static class RateLimitHeaders
{
    /// <param name="response">The answer; nothing happens once it has started.</param>
    /// <param name="limit">Names the policy.</param>
    /// <param name="gcra">The limit with this server's factor.</param>
    /// <param name="remaining">How many more at once.</param>
    /// <param name="wait">Until the next becomes free; zero when there is one.</param>
    public static void Write(HttpResponse response, Limit limit, Gcra gcra, int remaining, TimeSpan wait)
    {
        if (!response.HasStarted)
        {
            response.Headers.Append("RateLimit-Policy", Policy(limit, gcra));
            response.Headers.Append("RateLimit", Remaining(limit, remaining, wait));
        }
    }

    internal static string Policy(Limit limit, Gcra gcra) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{limit.Name}\";q={gcra.Count};w={(long)gcra.Per.TotalSeconds}");

    internal static string Remaining(Limit limit, int remaining, TimeSpan wait) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{limit.Name}\";r={remaining};t={(long)Math.Ceiling(wait.TotalSeconds)}");
}
