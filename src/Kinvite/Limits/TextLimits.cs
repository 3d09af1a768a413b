using Kinvite.Addresses;
using Kinvite.Http;

namespace Kinvite.Limits;

/// <summary>
/// Counts texts: for the number, for those that begin like it, for the family that invites, and for the whole server. What somebody asks for is
/// counted before it is queued, invitations by <see cref="SendingLimits"/>; what the server sends by itself is counted when it is sent.
/// </summary>
internal sealed partial class TextLimits(RateLimits limits, ILogger<TextLimits> logger)
{
    private static readonly LimitUse Day = new(CallerLimits.TextDay, "");

    /// <summary>What a reminder of an invitation by text takes, the narrowest first.</summary>
    public static IReadOnlyList<LimitUse> OfReminder(PhoneNumber number, Guid familyId) =>
        [new(CallerLimits.TextNumber, number.Key), OfFamily(familyId), new(CallerLimits.TextPrefix, number.Prefix), Day];

    /// <summary>What a text takes that tells somebody what happened.</summary>
    public static IReadOnlyList<LimitUse> OfNews(PhoneNumber number) =>
        [new(CallerLimits.TextNews, number.Key), new(CallerLimits.TextNumber, number.Key), new(CallerLimits.TextPrefix, number.Prefix), Day];

    /// <summary>What a family's invitations by text share.</summary>
    public static LimitUse OfFamily(Guid familyId) => new(CallerLimits.TextFamily, familyId.ToString());

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

    /// <summary>Takes one of each, or of none: null when the text may go, else how long to wait.</summary>
    public async Task<TimeSpan?> TakeAllAsync(IReadOnlyList<LimitUse> uses, CancellationToken ct)
    {
        for (var i = 0; i < uses.Count; i++)
        {
            if (await limits.TakeAsync(uses[i].Limit, uses[i].Who, ct) is { } exceeded)
            {
                if (uses[i] == Day)
                {
                    LogDayIsUsedUp(logger);
                }

                await GiveBackAsync([.. uses.Take(i)], ct);
                return exceeded.RetryAfter;
            }
        }

        return null;
    }

    /// <summary>Undoes what was taken for a text that did not go.</summary>
    public async Task GiveBackAsync(IReadOnlyList<LimitUse> uses, CancellationToken ct)
    {
        foreach (var use in uses)
        {
            await limits.GiveBackAsync(use.Limit, use.Who, ct);
        }
    }

    /// <summary>What the server may send today.</summary>
    public async Task<LimitLeft> TodayAsync(CancellationToken ct) => (await limits.LookAsync([Day], ct))[0];

    /// <summary>How long a family waits until it can invite by text again; zero when it can now.</summary>
    public async Task<TimeSpan> WaitAsync(Guid familyId, CancellationToken ct) => (await limits.LookAsync([Day, OfFamily(familyId)], ct)).Max(l => l.Wait);

    [LoggerMessage(2110, LogLevel.Error, "The day's texts are used up: nobody is invited or signed in by phone until some are free again")]
    internal static partial void LogDayIsUsedUp(ILogger logger);
}
