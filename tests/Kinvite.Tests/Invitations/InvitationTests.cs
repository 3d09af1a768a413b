using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Rights;
using static Kinvite.Invitations.InvitationStatus;

namespace Kinvite.Tests.Invitations;

public sealed class InvitationTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Pending, -1, Pending)]
    [InlineData(Pending, 0, Expired)]
    [InlineData(Pending, 1, Expired)]
    [InlineData(Bounced, -1, Bounced)]
    [InlineData(Bounced, 0, Expired)]
    [InlineData(Accepted, 1, Accepted)]
    [InlineData(Declined, 1, Declined)]
    [InlineData(Revoked, 1, Revoked)]
    [InlineData(Expired, -1, Expired)]
    public void Expiry_is_a_comparison(InvitationStatus stored, int secondsAfterItsEnd, InvitationStatus seen) =>
        Assert.Equal(seen, Of(stored).StatusAt(Now.AddDays(7).AddSeconds(secondsAfterItsEnd)));

    [Theory]
    [InlineData(Binding.Bearer, Permission.View, Permission.View, Binding.Bearer)]
    [InlineData(Binding.Bearer, Permission.Edit, Permission.Edit, Binding.Bearer)]
    [InlineData(Binding.Bearer, Permission.Admin, Permission.View, Binding.Confirm)]
    [InlineData(Binding.Bearer, Permission.View, Permission.Admin, Binding.Confirm)]
    [InlineData(Binding.Verified, Permission.Admin, Permission.Admin, Binding.Verified)]
    public void A_link_alone_never_makes_a_manager(Binding binding, Permission permission, Permission child, Binding effective) =>
        Assert.Equal(effective, Of(Pending, binding, permission, child).EffectiveBinding);

    [Theory]
    [InlineData(Pending, Revoked)]
    [InlineData(Bounced, Revoked)]
    [InlineData(Expired, Revoked)]
    [InlineData(Declined, Declined)]
    [InlineData(Accepted, Accepted)]
    public void Withdrawing_ends_what_is_open_and_changes_nothing_else(InvitationStatus before, InvitationStatus after)
    {
        var invitation = Of(before);
        invitation.Revoke(Now);
        Assert.Equal(after, invitation.Status);
    }

    [Theory]
    [InlineData(Pending, null)]
    [InlineData(Bounced, null)]
    [InlineData(Accepted, "invite.used")]
    [InlineData(Declined, "invite.declined")]
    [InlineData(Revoked, "invite.revoked")]
    [InlineData(Expired, "invite.expired")]
    public void A_preview_of_what_is_over_says_why(InvitationStatus status, string? code) => Assert.Equal(code, InvitationProblems.WhenClosed(status)?.Code);

    [Theory]
    [InlineData(Pending, null)]
    [InlineData(Bounced, null)]
    [InlineData(Declined, null)]
    [InlineData(Accepted, "invite.already_accepted")]
    [InlineData(Revoked, "invite.revoked")]
    [InlineData(Expired, "invite.expired")]
    public void Saying_no_twice_is_no_fault(InvitationStatus status, string? code) => Assert.Equal(code, InvitationProblems.WhenDeclining(status)?.Code);

    [Fact]
    public void What_is_for_children_who_are_gone_gives_nothing_and_frees_its_address()
    {
        var invitation = Of(Pending, child: Permission.View);
        Assert.False(invitation.IsEmpty);
        invitation.Tidy(Now);
        Assert.Equal(Pending, invitation.Status);

        invitation.Children.Clear();
        Assert.True(invitation.IsEmpty);
        invitation.Tidy(Now);
        Assert.Equal(Revoked, invitation.Status);
    }

    private static Invitation Of(InvitationStatus status, Binding binding = Binding.Confirm, Permission permission = Permission.View, Permission? child = null) => new()
    {
        Id = Guid.CreateVersion7(Now),
        FamilyId = Guid.Empty,
        Status = status,
        Channel = InvitationChannel.None,
        Role = "friend",
        Permission = permission,
        WholeFamily = child is null,
        Locale = "en",
        Binding = binding,
        RequireLogin = true,
        Generation = 1,
        CreatedAt = Now,
        ExpiresAt = Now.AddDays(7),
        InviterId = Guid.Empty,
        InviterName = "Olga",
        Children = child is { } p ? [new() { FamilyId = Guid.Empty, InvitationId = Guid.Empty, ChildId = Guid.Empty, Permission = p }] : [],
    };
}
