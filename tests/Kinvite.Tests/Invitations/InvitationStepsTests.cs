using Kinvite.Delivery;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Rights;

namespace Kinvite.Tests.Invitations;

public sealed class InvitationStepsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Retention = TimeSpan.FromDays(90);

    [Theory]
    [InlineData(7, new[] { 2.0, 6.0 })]
    [InlineData(14, new[] { 2.0, 13.0 })]
    [InlineData(90, new[] { 2.0, 89.0 })]
    public void A_week_or_more_has_a_reminder_after_two_days_and_one_a_day_before_the_end(int days, double[] expected) => Assert.Equal(expected, Live(days));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    public void A_shorter_life_has_them_in_proportion_and_never_two_on_one_day(int days, int reminders)
    {
        var at = Live(days);
        Assert.Equal(reminders, at.Length);
        Assert.InRange(at[0], 0.2, days);
        Assert.True(at.Length == 1 || at[1] - at[0] >= 0.8);
    }

    [Fact]
    public void A_server_that_was_away_reminds_once_and_not_of_everything_missed()
    {
        var invitation = Invite(7);
        var step = Decide(invitation, Noon.AddDays(6.1));
        Assert.Equal((CareAction.Remind, InvitationSteps.MaxReminders, invitation.ExpiresAt), (step.Action, step.Reminders, step.NextAt));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(nameof(DeliveryState.None))]
    [InlineData(nameof(DeliveryState.Failed))]
    [InlineData(nameof(DeliveryState.Bounced))]
    [InlineData(nameof(DeliveryState.Dropped))]
    public void Who_got_no_mail_gets_no_reminder(string? state)
    {
        var invitation = Invite(7);
        var step = Decide(invitation, invitation.NextStepAt!.Value, state is null ? null : Enum.Parse<DeliveryState>(state));
        Assert.Equal((CareAction.None, invitation.ExpiresAt), (step.Action, step.NextAt));
    }

    [Fact]
    public void A_mail_that_still_waits_is_waited_for()
    {
        var invitation = Invite(7);
        var step = Decide(invitation, Noon.AddDays(2), DeliveryState.Queued);
        Assert.Equal((CareAction.None, Noon.AddDays(2).AddHours(6), (short)0), (step.Action, step.NextAt, step.Reminders));
    }

    [Fact]
    public void At_night_it_waits_for_the_morning_and_then_looks_again()
    {
        var invitation = Invite(7);
        var step = Decide(invitation, Noon.AddDays(2).AddHours(11));
        Assert.Equal((CareAction.None, Noon.AddDays(2).AddHours(20)), (step.Action, step.NextAt));
        Assert.Equal(CareAction.Remind, Decide(invitation, step.NextAt!.Value).Action);
    }

    [Fact]
    public void What_came_back_is_not_sent_after()
    {
        var invitation = Invite(7);
        invitation.Status = InvitationStatus.Bounced;
        Assert.Equal(new(CareAction.None, invitation.ExpiresAt), Decide(invitation, Noon.AddDays(2)));
    }

    [Fact]
    public void CLK_S01_at_its_end_and_not_before_it_is_over()
    {
        var invitation = Invite(7);
        invitation.Reminders = 2;
        Assert.Equal(CareAction.None, Decide(invitation, invitation.ExpiresAt.AddTicks(-1)).Action);
        var step = Decide(invitation, invitation.ExpiresAt);
        Assert.Equal((CareAction.Expire, invitation.ExpiresAt + Retention), (step.Action, step.NextAt));
    }

    [Fact]
    public void One_that_was_ended_by_inviting_anew_is_noted_and_told_to_nobody()
    {
        var invitation = Invite(7);
        (invitation.Status, invitation.EndedAt) = (InvitationStatus.Expired, invitation.ExpiresAt);
        var step = Decide(invitation, invitation.ExpiresAt.AddHours(1));
        Assert.Equal(CareAction.NoteExpiry, step.Action);
        invitation.NextStepAt = step.NextAt;
        Assert.Equal(CareAction.Erase, Decide(invitation, step.NextAt!.Value).Action);
    }

    [Theory]
    [InlineData(InvitationStatus.Accepted)]
    [InlineData(InvitationStatus.Declined)]
    [InlineData(InvitationStatus.Revoked)]
    public void An_answered_one_is_left_alone_until_it_is_erased_once(InvitationStatus status)
    {
        var invitation = Invite(7);
        (invitation.Status, invitation.EndedAt) = (status, Noon.AddDays(1));
        Assert.Equal(new(CareAction.None, Noon.AddDays(91)), Decide(invitation, Noon.AddDays(2)));
        Assert.Equal(CareAction.None, Decide(invitation, Noon.AddDays(91).AddTicks(-1)).Action);
        Assert.Equal(new(CareAction.Erase, null), Decide(invitation, Noon.AddDays(91)));
        invitation.ErasedAt = Noon.AddDays(91);
        Assert.Equal(new(CareAction.None, null), Decide(invitation, Noon.AddDays(200)));
    }

    [Fact]
    public void A_bounce_counts_for_what_waits_now_and_nothing_else()
    {
        var invitation = Invite(7);
        Assert.False(invitation.Bounce(2, Noon));
        Assert.False(invitation.Bounce(1, invitation.ExpiresAt));
        Assert.True(invitation.Bounce(1, Noon));
        Assert.Equal(InvitationStatus.Bounced, invitation.StatusAt(Noon));
        Assert.False(invitation.Bounce(1, Noon));
        foreach (var over in new[] { InvitationStatus.Accepted, InvitationStatus.Declined, InvitationStatus.Revoked, InvitationStatus.Expired })
        {
            invitation.Status = over;
            Assert.False(invitation.Bounce(1, Noon));
            Assert.Equal(over, invitation.Status);
        }
    }

    /// <summary>On which days of its life somebody who never answers is reminded; in UTC, sent at noon.</summary>
    private static double[] Live(int days)
    {
        var invitation = Invite(days);
        var reminded = new List<double>();
        while (invitation.NextStepAt is { } due && due < invitation.ExpiresAt)
        {
            var step = Decide(invitation, due);
            if (step.Action == CareAction.Remind)
            {
                reminded.Add((due - Noon).TotalDays);
            }

            Assert.True(step.NextAt > due);
            (invitation.NextStepAt, invitation.Reminders) = (step.NextAt, step.Reminders);
        }

        return [.. reminded];
    }

    private static CareStep Decide(Invitation invitation, DateTimeOffset now, DeliveryState? mailed = DeliveryState.Sent) =>
        InvitationSteps.Decide(invitation, mailed, TimeZoneInfo.Utc, Retention, now);

    private static Invitation Invite(int days)
    {
        var invitation = new Invitation
        {
            Id = Guid.CreateVersion7(Noon),
            FamilyId = Guid.CreateVersion7(Noon),
            Status = InvitationStatus.Pending,
            Channel = InvitationChannel.Email,
            Role = "relative",
            Permission = Permission.View,
            WholeFamily = true,
            Locale = "en",
            Binding = Binding.Confirm,
            RequireLogin = true,
            Generation = 1,
            CreatedAt = Noon,
            ExpiresAt = Noon.AddDays(days),
            InviterId = Guid.CreateVersion7(Noon),
            InviterName = "Olga",
        };
        invitation.PlanNextStep(Noon);
        return invitation;
    }
}
