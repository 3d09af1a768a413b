using Kinvite.Addresses;
using Kinvite.Http;

namespace Kinvite.Limits;

/// <summary>Counts texts that somebody asks for at a number, for the number, for those that begin like it, and for the whole server; invitations are counted by <see cref="SendingLimits"/>.</summary>
internal sealed partial class TextLimits(RateLimits limits, ILogger<TextLimits> logger)
{
    /// <summary>Null for a mailbox, or when one more text may go; else 429 <c>limit.exceeded</c>.</summary>
    public async Task<Problem?> TakeAsync(ContactAddress address, CancellationToken ct)
    {
        if (address is not PhoneNumber number)
        {
            return null;
        }

        // The number first: who hammers at one uses up nobody else's.
        if ((await limits.TakeAsync(CallerLimits.TextNumber, number.Key, ct) ?? await limits.TakeAsync(CallerLimits.TextPrefix, number.Prefix, ct)) is { } exceeded)
        {
            return exceeded;
        }

        var problem = await limits.TakeAsync(CallerLimits.TextDay, "", ct);
        if (problem is not null)
        {
            LogDayIsUsedUp(logger);
        }

        return problem;
    }

    [LoggerMessage(2110, LogLevel.Error, "The day's texts are used up: nobody is invited or signed in by phone until some are free again")]
    internal static partial void LogDayIsUsedUp(ILogger logger);
}
