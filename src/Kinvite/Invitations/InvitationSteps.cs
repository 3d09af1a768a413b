using System.Runtime.InteropServices;
using Kinvite.Delivery;

namespace Kinvite.Invitations;

/// <summary>What has to be done for an invitation now.</summary>
internal enum CareAction
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>Its person is reminded.</summary>
    Remind,

    /// <summary>Its time is over: it is marked, the family reads it, the inviter is told.</summary>
    Expire,

    /// <summary>Somebody marked it as over when inviting anew: the family reads it, nobody is told.</summary>
    NoteExpiry,

    /// <summary>What it says about a person goes.</summary>
    Erase,
}

/// <param name="Action">What is done now.</param>
/// <param name="NextAt">When to look again; null = never.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CareStep(CareAction Action, DateTimeOffset? NextAt)
{
    /// <summary>How many reminders count as sent after it.</summary>
    public short Reminders { get; init; }
}

/// <summary>When an invitation has to be looked after: at most two reminders, its end, the erasure. Pure.</summary>
internal static class InvitationSteps
{
    /// <summary>Reminders of one generation.</summary>
    public const short MaxReminders = 2;

    private static readonly TimeSpan FirstAfter = TimeSpan.FromDays(2);
    private static readonly TimeSpan LastBefore = TimeSpan.FromDays(1);

    /// <summary>Two reminders on one day would be nagging.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromHours(20);

    /// <summary>A mail that has not left yet is not followed by a reminder.</summary>
    private static readonly TimeSpan WhileQueued = TimeSpan.FromHours(6);

    /// <summary>Two days after sending; of a life shorter than a week two sevenths.</summary>
    public static DateTimeOffset FirstReminder(DateTimeOffset sentAt, DateTimeOffset expiresAt) => sentAt + Shorter(FirstAfter, (expiresAt - sentAt) * 2 / 7);

    /// <summary>Decides for one that is due. The second reminder comes a day before the end, of a life shorter than a week a seventh of it.</summary>
    /// <param name="invitation">As stored.</param>
    /// <param name="mailed">Where the mail of this generation stands; null when none was sent, or mail is off.</param>
    /// <param name="zone">Where its person is.</param>
    /// <param name="retention">How long after its end it is kept.</param>
    /// <param name="now">The clock.</param>
    public static CareStep Decide(Invitation invitation, DeliveryState? mailed, TimeZoneInfo zone, TimeSpan retention, DateTimeOffset now)
    {
        if (invitation.ErasedAt is not null)
        {
            return new(CareAction.None, null) { Reminders = invitation.Reminders };
        }

        if (invitation.IsOpen && invitation.ExpiresAt > now)
        {
            return WhileOpen(invitation, mailed, zone, now);
        }

        var end = invitation.IsOpen ? invitation.ExpiresAt : invitation.EndedAt ?? invitation.ExpiresAt;
        var action = invitation.IsOpen ? CareAction.Expire
            : invitation.Status == InvitationStatus.Expired && invitation.NextStepAt <= invitation.ExpiresAt ? CareAction.NoteExpiry
            : end + retention <= now ? CareAction.Erase
            : CareAction.None;
        return new(action, action == CareAction.Erase ? null : end + retention) { Reminders = invitation.Reminders };
    }

    private static CareStep WhileOpen(Invitation invitation, DeliveryState? mailed, TimeZoneInfo zone, DateTimeOffset now)
    {
        var (end, reminders) = (invitation.ExpiresAt, invitation.Reminders);
        CareStep Wait(DateTimeOffset until) => new(CareAction.None, until < end ? until : end) { Reminders = reminders };

        if (invitation.Status == InvitationStatus.Bounced || reminders >= MaxReminders)
        {
            return Wait(end);
        }

        if (mailed == DeliveryState.Queued)
        {
            return Wait(now + WhileQueued);
        }

        if (mailed is not (DeliveryState.Sent or DeliveryState.Delivered or DeliveryState.Uncertain))
        {
            return Wait(end);
        }

        if (QuietHours.After(now, zone) is var morning && morning > now)
        {
            return Wait(morning);
        }

        var last = end - Shorter(LastBefore, (end - now) / 5); // a seventh of a life of which two have passed
        return reminders == 0 && last - now >= Between
            ? new(CareAction.Remind, last) { Reminders = 1 }
            : new(CareAction.Remind, end) { Reminders = MaxReminders };
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
