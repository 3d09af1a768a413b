using Kinvite.Invitations;
using Kinvite.Kinds;
using static Kinvite.Invitations.InvitationStatus;

namespace Kinvite.Tests.Invitations;

/// <summary>Who may accept, as a table. What is not said is: pending, to an address, confirm, by a current link, somebody new, the inviter may give it.</summary>
public sealed class AcceptDecisionTests
{
    private static readonly AcceptSituation Stranger = new(
        Pending, Replaced: false, Binding.Confirm, HasAddress: true, ById: false, HasProvenAddress: false, HoldsDeliveredLink: false, InviterMayGive: true,
        TakenProfile.None, IsMember: false, WouldGain: false, AcceptedBySameAccount: false);

    private static readonly AcceptSituation Member = Stranger with { IsMember = true };

    public static TheoryData<string, string> Open => new()
    {
        // binding, address?, what the account has to show → outcome
        { "bearer, addressed, nothing", "Joins" },
        { "bearer, handed over, nothing", "Joins" },
        { "bearer, addressed, proven", "Joins" },
        { "confirm, addressed, nothing", "WaitsForApproval" },
        { "confirm, addressed, proven", "Joins" },
        { "confirm, addressed, delivered", "Joins" },
        { "confirm, handed over, nothing", "WaitsForApproval" },
        { "verified, addressed, nothing", "invite.wrong_account" },
        { "verified, addressed, proven", "Joins" },
        { "verified, addressed, delivered", "Joins" },
        { "verified, handed over, nothing", "WaitsForApproval" },
    };

    [Theory]
    [MemberData(nameof(Open))]
    public void An_open_invitation_takes_whom_its_binding_lets_in(string who, string outcome)
    {
        var words = who.Split(", ");
        var situation = Stranger with
        {
            Binding = Enum.Parse<Binding>(words[0], ignoreCase: true),
            HasAddress = words[1] == "addressed",
            HasProvenAddress = words[2] == "proven",
            HoldsDeliveredLink = words[2] == "delivered",
        };

        Assert.Equal(outcome, Outcome(situation));
        Assert.Equal(outcome, Outcome(situation with { Status = Bounced }));
    }

    [Theory]
    [InlineData(Expired, "invite.expired", 410)]
    [InlineData(Declined, "invite.declined", 410)]
    [InlineData(Revoked, "invite.revoked", 410)]
    [InlineData(Accepted, "invite.already_accepted", 409)]
    public void A_closed_invitation_takes_nobody_whatever_they_show(InvitationStatus status, string code, int http)
    {
        foreach (var binding in Enum.GetValues<Binding>())
        {
            foreach (var situation in new[] { Stranger, Member, Stranger with { HasProvenAddress = true }, Stranger with { HoldsDeliveredLink = true }, Member with { HasProvenAddress = true } })
            {
                var decision = AcceptDecision.Decide(situation with { Status = status, Binding = binding });
                Assert.Equal((AcceptOutcome.Refused, code, http), (decision.Outcome, decision.Problem!.Code, decision.Problem.Status));
            }
        }
    }

    [Fact]
    public void The_same_account_again_gets_the_first_answer_again()
    {
        Assert.Equal("Repeat", Outcome(Member with { Status = Accepted, AcceptedBySameAccount = true }));
        Assert.Equal("Repeat", Outcome(Member with { Status = Accepted, AcceptedBySameAccount = true, Replaced = true }));
        // Whoever else comes by an old link is told that it is old.
        Assert.Equal("invite.replaced", Outcome(Member with { Status = Accepted, AcceptedBySameAccount = false, Replaced = true }));
        Assert.Equal("Repeat", Outcome(Member with { Status = Accepted, AcceptedBySameAccount = true, InviterMayGive = false }));
    }

    [Fact]
    public void A_removed_members_used_link_stays_used() =>
        Assert.Equal("invite.already_accepted", Outcome(Stranger with { Status = Accepted, AcceptedBySameAccount = true, HasProvenAddress = true }));

    [Fact]
    public void A_link_of_an_older_sending_says_that_a_newer_one_was_sent() => Assert.All(
        [Stranger, Member, Stranger with { HasProvenAddress = true }, Stranger with { Binding = Binding.Bearer }, Stranger with { Status = Expired }],
        s => Assert.Equal("invite.replaced", Outcome(s with { Replaced = true })));

    [Fact]
    public void What_the_inviter_may_no_longer_give_counts_as_withdrawn() => Assert.All(
        [Stranger, Member, Stranger with { HasProvenAddress = true }, Stranger with { Binding = Binding.Bearer }, Stranger with { Binding = Binding.Verified, HoldsDeliveredLink = true }],
        s => Assert.Equal("invite.revoked", Outcome(s with { InviterMayGive = false })));

    [Fact]
    public void By_id_it_exists_only_for_the_proven_address()
    {
        foreach (var status in Enum.GetValues<InvitationStatus>())
        {
            Assert.Equal("not_found", Outcome(Stranger with { ById = true, Status = status }));
            Assert.Equal("not_found", Outcome(Member with { ById = true, Status = status, AcceptedBySameAccount = true }));
        }

        Assert.Equal("Joins", Outcome(Stranger with { ById = true, HasProvenAddress = true }));
        Assert.Equal("Joins", Outcome(Stranger with { ById = true, HasProvenAddress = true, Binding = Binding.Verified }));
    }

    [Fact]
    public void A_member_is_a_member_already()
    {
        Assert.Equal("AlreadyMember", Outcome(Member with { HasProvenAddress = true }));
        Assert.Equal("AlreadyMember", Outcome(Member with { HasProvenAddress = true, WouldGain = true }));
        Assert.Equal("AlreadyMember", Outcome(Member with { Binding = Binding.Bearer, WouldGain = true }));
        Assert.Equal("AlreadyMember", Outcome(Member with { HasAddress = false }));
        Assert.Equal("invite.wrong_account", Outcome(Member with { Binding = Binding.Verified }));
    }

    [Fact]
    public void A_member_does_not_widen_their_own_view_with_a_link_meant_for_somebody_else()
    {
        Assert.Equal("WaitsForApproval", Outcome(Member with { HasAddress = false, WouldGain = true }));
        Assert.Equal("WaitsForApproval", Outcome(Member with { HasAddress = true, WouldGain = true }));
    }

    [Fact]
    public void A_profile_is_taken_over_by_somebody_new_while_it_is_free()
    {
        foreach (var invited in new[] { Stranger with { HasProvenAddress = true }, Stranger with { Binding = Binding.Bearer } })
        {
            Assert.Equal("Joins", Outcome(invited with { Profile = TakenProfile.Free }));
            Assert.Equal("member.has_account", Outcome(invited with { Profile = TakenProfile.HasAccount }));
            Assert.Equal("invite.revoked", Outcome(invited with { Profile = TakenProfile.Gone }));
            Assert.Equal("member.already", Outcome(invited with { Profile = TakenProfile.Free, IsMember = true }));
        }

        Assert.Equal("WaitsForApproval", Outcome(Stranger with { Profile = TakenProfile.Free }));
        Assert.Equal("Repeat", Outcome(Member with { Status = Accepted, AcceptedBySameAccount = true, Profile = TakenProfile.HasAccount }));
    }

    [Fact]
    public void A_refusal_keeps_its_reason_and_says_what_to_do() => Assert.All(
        [
            InvitationProblems.Unknown, InvitationProblems.Expired, InvitationProblems.Declined, InvitationProblems.Revoked, InvitationProblems.Used,
            InvitationProblems.Replaced, InvitationProblems.AlreadyAccepted, InvitationProblems.NotPending, InvitationProblems.TooManyResends,
            InvitationProblems.WrongAccount, InvitationProblems.AlreadyPending, InvitationProblems.RecipientDeclined, InvitationProblems.ChannelUnavailable,
            InvitationProblems.TooManyPending(5),
        ],
        p =>
        {
            Assert.Matches("^(invite|channel)[.][a-z_]+$", p.Code);
            Assert.EndsWith(".", p.Detail, StringComparison.Ordinal);
            Assert.False(p.Title.EndsWith('.'));
        });

    private static string Outcome(AcceptSituation situation)
    {
        var decision = AcceptDecision.Decide(situation);
        return decision.Problem?.Code ?? decision.Outcome.ToString();
    }
}
