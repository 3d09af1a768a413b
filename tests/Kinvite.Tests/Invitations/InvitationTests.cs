using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Rights;

namespace Kinvite.Tests.Invitations;

public sealed class InvitationTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);
    private static readonly FamilyKinds Kinds = new(directory: null);

    [Theory]
    [InlineData(InvitationStatus.Pending, -1, InvitationStatus.Pending)]
    [InlineData(InvitationStatus.Pending, 0, InvitationStatus.Expired)]
    [InlineData(InvitationStatus.Pending, 1, InvitationStatus.Expired)]
    [InlineData(InvitationStatus.Bounced, -1, InvitationStatus.Bounced)]
    [InlineData(InvitationStatus.Bounced, 0, InvitationStatus.Expired)]
    [InlineData(InvitationStatus.Accepted, 1, InvitationStatus.Accepted)]
    [InlineData(InvitationStatus.Declined, 1, InvitationStatus.Declined)]
    [InlineData(InvitationStatus.Revoked, 1, InvitationStatus.Revoked)]
    [InlineData(InvitationStatus.Expired, -1, InvitationStatus.Expired)]
    public void The_status_is_as_the_clock_says_to_the_microsecond(InvitationStatus stored, int microseconds, InvitationStatus read)
    {
        var invitation = Invite(stored);

        Assert.Equal(read, invitation.StatusAt(invitation.ExpiresAt + (Microsecond * microseconds)));
    }

    [Theory]
    [InlineData(Binding.Bearer, Permission.View, null, Binding.Bearer)]
    [InlineData(Binding.Bearer, Permission.Edit, null, Binding.Bearer)]
    [InlineData(Binding.Bearer, Permission.Admin, null, Binding.Confirm)]
    [InlineData(Binding.Bearer, Permission.View, Permission.Edit, Binding.Bearer)]
    [InlineData(Binding.Bearer, Permission.View, Permission.Admin, Binding.Confirm)]
    [InlineData(Binding.Confirm, Permission.Admin, null, Binding.Confirm)]
    [InlineData(Binding.Confirm, Permission.View, null, Binding.Confirm)]
    [InlineData(Binding.Verified, Permission.Admin, null, Binding.Verified)]
    [InlineData(Binding.Verified, Permission.View, Permission.Admin, Binding.Verified)]
    public void A_bearers_link_never_makes_a_manager(Binding binding, Permission permission, Permission? child, Binding effective)
    {
        var invitation = Invite(InvitationStatus.Pending, binding, permission);
        if (child is { } forChild)
        {
            invitation.WholeFamily = false;
            invitation.Children.Add(new() { FamilyId = invitation.FamilyId, InvitationId = invitation.Id, ChildId = Guid.NewGuid(), Permission = forChild });
        }

        Assert.Equal(effective, invitation.EffectiveBinding);
    }

    [Theory]
    [InlineData("home", InvitationStatus.Pending, 7)]
    [InlineData("home", InvitationStatus.Expired, 7)]
    [InlineData("vault", InvitationStatus.Bounced, 14)]
    public void Sent_anew_it_has_a_new_secret_a_new_life_and_somebody_new_who_answers_for_it(string kind, InvitationStatus before, int days)
    {
        var invitation = Invite(before);
        invitation.EndedAt = Now;
        var message = invitation.Message;

        invitation.Renew(Inviter("Olga"), Kinds.TryFind(kind)!, Now.AddDays(3));

        Assert.Equal((InvitationStatus.Pending, (short)4, (DateTimeOffset?)null), (invitation.Status, invitation.Generation, invitation.EndedAt));
        Assert.Equal(Now.AddDays(3 + days), invitation.ExpiresAt);
        Assert.Equal(("Olga", message), (invitation.InviterName, invitation.Message));
        Assert.NotEqual(Guid.Empty, invitation.InviterId);
    }

    [Theory]
    [InlineData(InvitationStatus.Pending, InvitationStatus.Revoked)]
    [InlineData(InvitationStatus.Bounced, InvitationStatus.Revoked)]
    [InlineData(InvitationStatus.Expired, InvitationStatus.Revoked)]
    [InlineData(InvitationStatus.Declined, InvitationStatus.Declined)]
    [InlineData(InvitationStatus.Accepted, InvitationStatus.Accepted)]
    [InlineData(InvitationStatus.Revoked, InvitationStatus.Revoked)]
    public void Withdrawing_ends_what_is_open_and_leaves_what_has_ended(InvitationStatus before, InvitationStatus after)
    {
        var invitation = Invite(before);

        invitation.Revoke(Now.AddDays(1));

        Assert.Equal(after, invitation.Status);
        Assert.Equal(before == after ? null : Now.AddDays(1), invitation.EndedAt);
    }

    [Fact]
    public void Used_up_it_knows_by_whom()
    {
        var (invitation, member, account) = (Invite(InvitationStatus.Pending), Guid.NewGuid(), Guid.NewGuid());

        invitation.Use(member, account, Now);

        Assert.Equal((InvitationStatus.Accepted, Now, member, account), (invitation.Status, invitation.EndedAt, invitation.AcceptedBy, invitation.AcceptedAccountId));
        Assert.False(invitation.IsOpen);
    }

    [Theory]
    [InlineData(InvitationStatus.Pending, null, null)]
    [InlineData(InvitationStatus.Bounced, null, null)]
    [InlineData(InvitationStatus.Expired, "410 invite.expired", "410 invite.expired")]
    [InlineData(InvitationStatus.Declined, "410 invite.declined", null)]
    [InlineData(InvitationStatus.Revoked, "410 invite.revoked", "410 invite.revoked")]
    [InlineData(InvitationStatus.Accepted, "410 invite.used", "409 invite.already_accepted")]
    public void Looking_and_declining_are_refused_as_the_contract_says(InvitationStatus status, string? looking, string? declining)
    {
        Assert.Equal(looking, InvitationProblems.WhenClosed(status) is { } closed ? $"{closed.Status} {closed.Code}" : null);
        Assert.Equal(declining, InvitationProblems.WhenDeclining(status) is { } refused ? $"{refused.Status} {refused.Code}" : null);
    }

    [Theory]
    [InlineData(InvitationStatus.Pending, true, true, true)]
    [InlineData(InvitationStatus.Bounced, true, true, true)]
    [InlineData(InvitationStatus.Pending, false, true, false)]
    [InlineData(InvitationStatus.Pending, true, false, false)]
    [InlineData(InvitationStatus.Accepted, true, true, false)]
    [InlineData(InvitationStatus.Declined, true, true, false)]
    [InlineData(InvitationStatus.Expired, true, true, false)]
    public void What_ends_with_a_member_is_what_they_have_open_in_this_family(InvitationStatus status, bool sameFamily, bool sameInviter, bool ends)
    {
        var invitation = Invite(status);
        var open = Invitation.OpenBy(sameFamily ? invitation.FamilyId : Guid.NewGuid(), sameInviter ? invitation.InviterId : Guid.NewGuid()).Compile();

        Assert.Equal(ends, open(invitation));
    }

    [Fact]
    public void A_role_that_the_kind_has_no_more_gives_nothing()
    {
        Assert.NotNull(Invite(InvitationStatus.Pending).AsGiven(Kinds.TryFind("home")!));
        Assert.Null(Invite(InvitationStatus.Pending).AsGiven(Kinds.TryFind("team")!));
    }

    private static Invitation Invite(InvitationStatus status, Binding binding = Binding.Confirm, Permission permission = Permission.View) => new()
    {
        Id = Guid.NewGuid(), FamilyId = Guid.NewGuid(), Status = status, Channel = InvitationChannel.Email, Role = "relative", Permission = permission,
        WholeFamily = true, Locale = "en", Binding = binding, RequireLogin = true, Generation = 3, CreatedAt = Now, ExpiresAt = Now.AddDays(7),
        InviterId = Guid.NewGuid(), InviterName = "Max", Message = "Come!",
    };

    private static Member Inviter(string name) => new()
    {
        FamilyId = Guid.NewGuid(), Id = Guid.NewGuid(), AccountId = Guid.NewGuid(), Name = name, Role = "co-parent", Permission = Permission.Admin,
        WholeFamily = true, JoinedAt = Now,
    };
}
