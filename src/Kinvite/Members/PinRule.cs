using System.Globalization;

namespace Kinvite.Members;

/// <summary>Which four digits a child may have for a shared tablet, and what wrong ones cost (pure).</summary>
internal static class PinRule
{
    public const int Length = 4;

    /// <summary>So many wrong ones in a row cost nothing but the try.</summary>
    public const int Free = 4;

    /// <summary>After so many in a row only who looks after the child opens it again.</summary>
    public const int Most = 10;

    /// <summary>Years that look like a child's own.</summary>
    private const int ChildhoodYears = 20;

    private static readonly TimeSpan[] Delays =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30)];

    /// <summary>What <c>Retry-After</c> says where no time opens it: who looks after the child may have done so by then.</summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromHours(1);

    /// <summary>Four ASCII digits: anything else was never anybody's, and is no guess.</summary>
    public static bool IsPin(string? text) => text is { Length: Length } && text.All(char.IsAsciiDigit);

    /// <summary>
    /// Why these digits are none for a child, or null. Refused is what others try first: fewer than three different digits (0000, 1212, 2255), a run
    /// (1234, 9876, 8901), a line down the pad (2580), and a year in which a child is born.
    /// </summary>
    /// <param name="pin">As sent.</param>
    /// <param name="birthYear">The child's, where known.</param>
    /// <param name="now">For the years.</param>
    public static string? Refuses(string? pin, int? birthYear, DateTimeOffset now)
    {
        if (!IsPin(pin))
        {
            return "Four digits.";
        }

        var year = int.Parse(pin!, CultureInfo.InvariantCulture);
        var isYear = year == birthYear || (year > now.Year - ChildhoodYears && year <= now.Year + 1);
        return isYear || pin!.Distinct().Count() < 3 || IsRun(pin!) || pin is "2580" or "0852" ? "Others would guess these digits; take four that say nothing." : null;
    }

    /// <summary>How long nothing is taken after so many wrong ones in a row: nothing up to four, then longer each time; after the tenth only a guardian helps.</summary>
    public static TimeSpan DelayAfter(int tries) => tries is > Free and < Most ? Delays[tries - Free - 1] : TimeSpan.Zero;

    // One up or one down at each step; after 9 comes 0.
    private static bool IsRun(string pin) => IsRun(pin, 1) || IsRun(pin, 9);

    private static bool IsRun(string pin, int step) => Enumerable.Range(1, Length - 1).All(i => (pin[i] - pin[i - 1] + 10) % 10 == step);
}
