namespace Kinvite.Invitations;

/// <summary>When an invitation has to be looked after: at most two reminders, its end, the erasure. Pure.</summary>
internal static class InvitationSteps
{
    /// <summary>Reminders of one generation.</summary>
    public const short MaxReminders = 2;

    private static readonly TimeSpan FirstAfter = TimeSpan.FromDays(2);
    private static readonly TimeSpan LastBefore = TimeSpan.FromDays(1);

    /// <summary>Two days after sending; of a life shorter than a week two sevenths.</summary>
    public static DateTimeOffset FirstReminder(DateTimeOffset sentAt, DateTimeOffset expiresAt) => sentAt + Shorter(FirstAfter, (expiresAt - sentAt) * 2 / 7);

    /// <summary>One day before the end; of a remaining life shorter than a week one seventh.</summary>
    public static DateTimeOffset LastReminder(DateTimeOffset now, DateTimeOffset expiresAt) => expiresAt - Shorter(LastBefore, (expiresAt - now) / 7);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
