using Kinvite.Http;

namespace Kinvite.Links;

/// <summary>A time in which links are made with one derived key. Holds no key: only its number and its times (design.md §4).</summary>
internal sealed class KeyEpoch
{
    /// <summary>How long links live on after a rotation: as long as the longest-lived open link.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(90);

    public static readonly Problem TooMany = new(
        409, "keys.too_many", "There were too many rotations", "64 epochs are still in use: wait until the oldest has ended, or use invalidate-all.");

    public required int Number { get; init; }

    /// <summary>Which master key it is derived from: a one-way fingerprint.</summary>
    public required string MasterFingerprint { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From here on its links are refused; null for the newest epoch.</summary>
    public DateTimeOffset? EndsAt { get; set; }

    /// <summary>The epoch that follows all of these; the newest so far gets its end.</summary>
    /// <param name="epochs">All there are.</param>
    /// <param name="masterFingerprint">The master key that the new one is derived from.</param>
    /// <param name="grace">How long the newest so far stays good: <see cref="Grace"/>, or zero to end every one of them now.</param>
    /// <param name="now">The clock.</param>
    /// <param name="atLeast">Its number, when it has to leave some out: those that a database had before a backup took its place.</param>
    public static Result<KeyEpoch> Follow(IReadOnlyCollection<KeyEpoch> epochs, string masterFingerprint, TimeSpan grace, DateTimeOffset now, int atLeast = 1)
    {
        var end = now + grace;
        var number = Math.Max(atLeast, epochs.Select(e => e.Number).DefaultIfEmpty().Max() + 1);
        if (grace > TimeSpan.Zero && epochs.Any(e => e.Number <= number - LinkToken.EpochSlots && (e.EndsAt is null || e.EndsAt > now)))
        {
            return TooMany; // the token's first byte could not tell the two apart
        }

        foreach (var epoch in epochs.Where(e => e.EndsAt is null || e.EndsAt > end))
        {
            epoch.EndsAt = end;
        }

        return new KeyEpoch { Number = number, MasterFingerprint = masterFingerprint, CreatedAt = now };
    }
}
