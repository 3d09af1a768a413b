using Kinvite.Http;
using Kinvite.Rights;
using Kinvite.Wording;

namespace Kinvite.Members;

/// <summary>Who gives points, and how many (pure).</summary>
internal static class PointsRule
{
    /// <summary>The right that a kind with points has.</summary>
    public const string Adjust = "points.adjust";

    /// <summary>At most so many are given or taken at once: more is a slip of the finger.</summary>
    public const int MostAtOnce = 10_000;

    /// <summary>Nobody has more, or owes more.</summary>
    public const int MostInAll = 1_000_000;

    public static readonly Problem TooMany = new(
        409, "points.too_many", "That would be too many points", "Nobody has more than 1,000,000 points, or owes more; give or take fewer.");

    /// <summary>Why somebody gives this member no points, or null.</summary>
    public static Problem? LacksForPointsOf(this Insider me, Member target) => me.Kind.HasPoints
        ? me.Lacks(Adjust, target.Id)
        : Problem.RightsMissing with { Detail = "In this kind of family nobody collects points." };

    /// <summary>Why somebody does not read how this member came to their points, or null: one's own, and those that one could change.</summary>
    public static Problem? LacksForHistoryOf(this Insider me, Member target) =>
        me.Kind.HasPoints && me.Member.Id == target.Id ? null : me.LacksForPointsOf(target);

    /// <summary>What is given or taken, and why; 400 at the field where it cannot be.</summary>
    public static Result<(int Delta, string? Reason)> Check(int? delta, string? reason)
    {
        var errors = new FieldErrors();
        if (delta is not { } given || given == 0 || given is < -MostAtOnce or > MostAtOnce)
        {
            errors.Add("delta", "A whole number from -10000 to 10000, not 0.");
        }

        if (reason is not null && !PlainText.IsClean(reason, lines: false))
        {
            errors.Add("reason", "It has characters that cannot be shown; type it anew.");
        }

        var text = reason?.Trim();
        if (text is { Length: > PointEntry.ReasonLength })
        {
            errors.Add("reason", "At most 200 characters.");
        }

        return errors.Problem is { } problem ? problem : (delta!.Value, string.IsNullOrEmpty(text) ? null : text.Normalize());
    }

    /// <summary>The points afterwards, or the refusal.</summary>
    public static Result<int> Total(int points, int delta) => Math.Abs(points + delta) > MostInAll ? TooMany : points + delta;
}
