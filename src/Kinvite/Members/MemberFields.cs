using Kinvite.Http;

namespace Kinvite.Members;

/// <summary>What may stand in a profile; 400 at the field where it may not.</summary>
internal static class MemberFields
{
    /// <summary>The oldest person alive was born later.</summary>
    public const int FirstBirthYear = 1900;

    public static void CheckBirthYear(this FieldErrors errors, int? year, DateTimeOffset now)
    {
        // Whoever is a year ahead of UTC on New Year's Eve is right, too.
        if (year is { } given && (given < FirstBirthYear || given > now.AddDays(1).Year))
        {
            errors.Add("birthYear", "A year from 1900 to this one.");
        }
    }

    public static void CheckAvatar(this FieldErrors errors, string? avatar)
    {
        if (avatar is not null && !Avatars.Knows(avatar))
        {
            errors.Add("avatar", $"One of {string.Join(", ", Avatars.All)}.");
        }
    }
}
