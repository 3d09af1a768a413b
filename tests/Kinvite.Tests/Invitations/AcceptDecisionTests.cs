using Kinvite.Invitations;
using Kinvite.Kinds;

namespace Kinvite.Tests.Invitations;

/// <summary>Who may accept: the decision table, and what must hold for every situation there are.</summary>
public sealed class AcceptDecisionTests
{
    private static readonly AcceptSituation Stranger = new(
        InvitationStatus.Pending, Replaced: false, Binding.Confirm, HasAddress: true, ById: false, HasProvenAddress: false, HoldsDeliveredLink: false,
        InviterMayGive: true, IsMember: false, AcceptedBySameAccount: false, GainsNothing: false);

    [Theory]
    // binding, to an address or handed over, who: what comes of it
    [InlineData(Binding.Bearer, true, "stranger", "Joins")]
    [InlineData(Binding.Bearer, true, "proven", "Joins")]
    [InlineData(Binding.Bearer, true, "delivered", "Joins")]
    [InlineData(Binding.Bearer, true, "member", "AlreadyMember")]
    [InlineData(Binding.Bearer, true, "member proven", "AlreadyMember")]
    [InlineData(Binding.Bearer, false, "stranger", "Joins")]
    [InlineData(Binding.Bearer, false, "member", "AlreadyMember")]
    [InlineData(Binding.Confirm, true, "stranger", "WaitsForApproval")]
    [InlineData(Binding.Confirm, true, "proven", "Joins")]
    [InlineData(Binding.Confirm, true, "delivered", "Joins")]
    [InlineData(Binding.Confirm, true, "proven delivered", "Joins")]
    [InlineData(Binding.Confirm, true, "member", "WaitsForApproval")]
    [InlineData(Binding.Confirm, true, "member gains-nothing", "WaitsForApproval")]
    [InlineData(Binding.Confirm, true, "member proven", "AlreadyMember")]
    [InlineData(Binding.Confirm, true, "member delivered", "AlreadyMember")]
    [InlineData(Binding.Confirm, false, "stranger", "WaitsForApproval")]
    [InlineData(Binding.Confirm, false, "member", "WaitsForApproval")]
    [InlineData(Binding.Confirm, false, "member gains-nothing", "AlreadyMember")]
    [InlineData(Binding.Verified, true, "stranger", "invite.wrong_account")]
    [InlineData(Binding.Verified, true, "proven", "Joins")]
    [InlineData(Binding.Verified, true, "delivered", "Joins")]
    [InlineData(Binding.Verified, true, "member", "invite.wrong_account")]
    [InlineData(Binding.Verified, true, "member gains-nothing", "invite.wrong_account")]
    [InlineData(Binding.Verified, true, "member proven", "AlreadyMember")]
    [InlineData(Binding.Verified, true, "member delivered", "AlreadyMember")]
    [InlineData(Binding.Verified, false, "stranger", "WaitsForApproval")]
    [InlineData(Binding.Verified, false, "member gains-nothing", "WaitsForApproval")]
    public void Who_may_accept_what_is_pending(Binding binding, bool address, string who, string expected)
    {
        var situation = As(who) with { Binding = binding, HasAddress = address };

        Assert.Equal(expected, Outcome(situation));
        Assert.Equal(expected, Outcome(situation with { Status = InvitationStatus.Bounced }));
        // The proven address does without a link; to everybody else there is nothing by that id.
        Assert.Equal(situation.HasProvenAddress ? expected : "not_found", Outcome(situation with { ById = true }));
    }

    [Theory]
    [InlineData(InvitationStatus.Expired, "proven", "410 invite.expired")]
    [InlineData(InvitationStatus.Declined, "proven", "410 invite.declined")]
    [InlineData(InvitationStatus.Revoked, "proven", "410 invite.revoked")]
    [InlineData(InvitationStatus.Accepted, "proven", "409 invite.already_accepted")]
    [InlineData(InvitationStatus.Accepted, "stranger", "409 invite.already_accepted")]
    [InlineData(InvitationStatus.Accepted, "member proven", "409 invite.already_accepted")]
    [InlineData(InvitationStatus.Accepted, "same proven", "409 invite.already_accepted")]
    [InlineData(InvitationStatus.Accepted, "same member", "Repeat")]
    [InlineData(InvitationStatus.Accepted, "same member replaced", "Repeat")]
    [InlineData(InvitationStatus.Accepted, "member replaced", "410 invite.replaced")]
    [InlineData(InvitationStatus.Pending, "proven replaced", "410 invite.replaced")]
    [InlineData(InvitationStatus.Expired, "proven replaced", "410 invite.replaced")]
    [InlineData(InvitationStatus.Revoked, "proven replaced", "410 invite.replaced")]
    [InlineData(InvitationStatus.Pending, "proven inviter-gone", "410 invite.revoked")]
    [InlineData(InvitationStatus.Expired, "proven inviter-gone", "410 invite.expired")]
    [InlineData(InvitationStatus.Accepted, "same member inviter-gone", "Repeat")]
    public void What_is_over_is_refused_with_its_reason(InvitationStatus status, string who, string expected)
    {
        var decision = AcceptDecision.Decide(As(who) with { Status = status });

        Assert.Equal(expected, decision.Problem is { } problem ? $"{problem.Status} {problem.Code}" : decision.Outcome.ToString());
    }

    [Fact]
    public void By_id_nobody_learns_of_an_invitation_to_another_address() =>
        Assert.All(Every().Where(s => s is { ById: true, HasProvenAddress: false }), s => Assert.Equal("not_found", Outcome(s)));

    [Fact]
    public void Nobody_gets_in_by_what_is_over_replaced_or_more_than_the_inviter_holds() => Assert.All(
        Every().Where(s => s.Status is not (InvitationStatus.Pending or InvitationStatus.Bounced) || s.Replaced || !s.InviterMayGive),
        s => Assert.Contains(AcceptDecision.Decide(s).Outcome, new[] { AcceptOutcome.Refused, AcceptOutcome.Repeat }));

    [Fact]
    public void The_first_answer_comes_again_only_to_the_account_that_got_it_and_is_still_in() => Assert.All(
        Every().Where(s => AcceptDecision.Decide(s).Outcome == AcceptOutcome.Repeat),
        s => Assert.True(s is { Status: InvitationStatus.Accepted, AcceptedBySameAccount: true, IsMember: true }));

    [Fact]
    public void Without_proof_of_the_address_nobody_gets_in_by_verified() => Assert.All(
        Every().Where(s => s is { Binding: Binding.Verified, HasProvenAddress: false, HoldsDeliveredLink: false }),
        s => Assert.DoesNotContain(AcceptDecision.Decide(s).Outcome, new[] { AcceptOutcome.Joins, AcceptOutcome.AlreadyMember }));

    [Fact]
    public void Without_proof_of_the_address_nobody_gets_anything_new_by_confirm_without_approval() => Assert.All(
        Every().Where(s => s is { Binding: Binding.Confirm, HasProvenAddress: false, HoldsDeliveredLink: false, GainsNothing: false }),
        s => Assert.DoesNotContain(AcceptDecision.Decide(s).Outcome, new[] { AcceptOutcome.Joins, AcceptOutcome.AlreadyMember }));

    [Fact]
    public void A_member_never_joins_twice_and_nobody_else_is_a_member_already() => Assert.All(Every(), s =>
    {
        var outcome = AcceptDecision.Decide(s).Outcome;
        Assert.False(outcome == AcceptOutcome.Joins && s.IsMember);
        Assert.False(outcome == AcceptOutcome.AlreadyMember && !s.IsMember);
    });

    [Fact]
    public void A_refusal_says_why_and_nothing_else_does() => Assert.All(
        Every().Select(AcceptDecision.Decide), d => Assert.Equal(d.Outcome == AcceptOutcome.Refused, d.Problem is not null));

    private static string Outcome(AcceptSituation situation) =>
        AcceptDecision.Decide(situation) is { Problem: { } problem } ? problem.Code : AcceptDecision.Decide(situation).Outcome.ToString();

    private static AcceptSituation As(string who) => who.Split(' ').Aggregate(Stranger, (s, word) => word switch
    {
        "stranger" => s,
        "proven" => s with { HasProvenAddress = true },
        "delivered" => s with { HoldsDeliveredLink = true },
        "member" => s with { IsMember = true },
        "gains-nothing" => s with { GainsNothing = true },
        "same" => s with { AcceptedBySameAccount = true },
        "replaced" => s with { Replaced = true },
        "inviter-gone" => s with { InviterMayGive = false },
        _ => throw new ArgumentException(word),
    });

    // Who is no member has everything to gain.
    private static IEnumerable<AcceptSituation> Every() =>
        from status in Enum.GetValues<InvitationStatus>()
        from binding in Enum.GetValues<Binding>()
        from bits in Enumerable.Range(0, 1 << 9)
        let has = (Func<int, bool>)(bit => (bits & (1 << bit)) != 0)
        where has(6) || !has(8)
        select new AcceptSituation(status, has(0), binding, has(1), has(2), has(3), has(4), has(5), has(6), has(7), has(8));
}
