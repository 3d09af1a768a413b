using System.Text;
using System.Text.RegularExpressions;

namespace Kinvite.Delivery;

/// <summary>What becomes of a row after a try.</summary>
/// <param name="State">Its new state.</param>
/// <param name="DueAt">The next try; null when none follows.</param>
/// <param name="Detail">What the other side said, without addresses.</param>
internal sealed partial record Verdict(DeliveryState State, DateTimeOffset? DueAt, string? Detail)
{
    private const int DetailLength = 200;

    public bool IsDone => DueAt is null;

    /// <summary>What the provider calls the message.</summary>
    public string? ProviderId { get; init; }

    /// <summary>Nothing is sent, for this reason.</summary>
    public static Verdict Drop(string reason) => new(DeliveryState.Dropped, null, Clean(reason));

    /// <summary>
    /// Decides. A message that may have left is tried once more with the same Message-ID; when that try ends in the dark too, it stays
    /// uncertain. A try that surely did not deliver (no connection, 4xx) does not count as that one.
    /// </summary>
    public static Verdict Of(OutboxMessage row, SendOutcome outcome, DateTimeOffset now, double random)
    {
        var next = RetrySchedule.Next(Math.Max(row.Attempts, 1), row.CreatedAt, now, random, outcome.RetryAfter);
        var wasUncertain = row.State == DeliveryState.Uncertain;
        var detail = Clean(outcome.Detail);
        return outcome.Result switch
        {
            SendResult.Sent => new(DeliveryState.Sent, null, detail) { ProviderId = ShortId(outcome.ProviderId) },
            SendResult.Postponed => new(row.State, now + (outcome.RetryAfter ?? TimeSpan.FromHours(1)), detail),
            SendResult.Unwanted => Drop(outcome.Detail ?? "Not wanted"),
            SendResult.Refused => new(DeliveryState.Failed, null, detail),
            SendResult.Unknown => new(DeliveryState.Uncertain, wasUncertain ? null : next, detail),
            SendResult.TryLater when wasUncertain => new(DeliveryState.Uncertain, next, detail),
            SendResult.TryLater => new(next is null ? DeliveryState.Failed : DeliveryState.Queued, next, detail),
        };
    }

    // One that does not fit is not kept: cut short it would name another message.
    private static string? ShortId(string? id) =>
        id is { Length: > 0 and <= OutboxMessage.ProviderIdLength } && id.All(c => c is > ' ' and <= '~') ? id : null;

    /// <summary>One line, at most 200 characters, with everything that looks like an address taken out.</summary>
    internal static string? Clean(string? detail)
    {
        if (string.IsNullOrWhiteSpace(detail))
        {
            return null;
        }

        var line = new StringBuilder(detail.Length);
        foreach (var c in AddressLike().Replace(detail, "…"))
        {
            line.Append(char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c);
        }

        var text = line.ToString().Trim();
        return text.Length <= DetailLength ? text : text[..(DetailLength - 1)] + "…";
    }

    [GeneratedRegex(@"[^\s<>()\[\]]*(@|\+\d{6})[^\s<>()\[\]]*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AddressLike();
}
