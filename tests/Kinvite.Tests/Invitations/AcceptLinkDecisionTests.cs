using Kinvite.Invitations;
using Kinvite.Kinds;
using static Kinvite.Invitations.InvitationStatus;

namespace Kinvite.Tests.Invitations;

/// <summary>Who may come in by an open link, and as a guest: the same decision, more rows. What is not said is: works, needs no approval, somebody new with an account.</summary>
public sealed class AcceptLinkDecisionTests
{
    private static readonly AcceptSituation Somebody = new(
        Pending, Replaced: false, Binding.Bearer, HasAddress: false, ById: false, HasProvenAddress: false, HoldsDeliveredLink: false, InviterMayGive: true,
        TakenProfile.None, IsMember: false, WouldGain: false, AcceptedBySameAccount: false)
    { IsOpenLink = true };

    private static readonly string[] Elsewhere = ["example.org"];

    [Theory]
    // the link                     | a stranger             a member             a member who would see more
    [InlineData("works", "Joins", "AlreadyMember", "AlreadyMember")]
    [InlineData("needs approval", "WaitsForApproval", "AlreadyMember", "WaitsForApproval")]
    [InlineData("other domain", "invite.wrong_account", "AlreadyMember", "invite.wrong_account")]
    [InlineData("used up", "invite.used", "AlreadyMember", "invite.used")]
    [InlineData("expired", "invite.expired", "invite.expired", "invite.expired")]
    [InlineData("revoked", "invite.revoked", "invite.revoked", "invite.revoked")]
    [InlineData("replaced", "invite.replaced", "invite.replaced", "invite.replaced")]
    [InlineData("creator is gone", "invite.revoked", "AlreadyMember", "invite.revoked")]
    // Two faults at once: what the family did comes before what the person could do about it.
    [InlineData("used up, creator is gone", "invite.used", "AlreadyMember", "invite.used")]
    [InlineData("revoked, other domain", "invite.revoked", "invite.revoked", "invite.revoked")]
    [InlineData("needs approval, other domain", "invite.wrong_account", "AlreadyMember", "invite.wrong_account")]
    public void LNK_S01_Whom_an_open_link_takes(string link, string stranger, string member, string gaining)
    {
        var situation = link.Split(", ").Aggregate(Somebody, (s, word) => word switch
        {
            "works" => s,
            "needs approval" => s with { Binding = Binding.Confirm },
            "other domain" => s with { LackedDomains = Elsewhere },
            "used up" => s with { IsUsedUp = true },
            "expired" => s with { Status = Expired },
            "revoked" => s with { Status = Revoked },
            "replaced" => s with { Replaced = true },
            "creator is gone" => s with { InviterMayGive = false },
            _ => throw new ArgumentException(word, nameof(link)),
        });

        Assert.Equal(stranger, Outcome(situation));
        Assert.Equal(member, Outcome(situation with { IsMember = true }));
        Assert.Equal(gaining, Outcome(situation with { IsMember = true, WouldGain = true }));
    }

    [Theory]
    // asks for an account, binding, address → a guest, an account
    [InlineData(true, Binding.Bearer, "rights.missing", "Joins")]
    [InlineData(true, Binding.Confirm, "rights.missing", "WaitsForApproval")]
    [InlineData(false, Binding.Bearer, "Joins", "Joins")]
    [InlineData(false, Binding.Confirm, "WaitsForApproval", "WaitsForApproval")]
    public void A_guest_comes_in_where_a_name_is_enough_and_waits_where_everybody_does(bool requireLogin, Binding binding, string guest, string account)
    {
        foreach (var open in new[] { true, false })
        {
            var situation = Somebody with { IsOpenLink = open, RequireLogin = requireLogin, Binding = binding };
            Assert.Equal(guest, Outcome(situation with { IsGuest = true }));
            Assert.Equal(account, Outcome(situation));
        }
    }

    [Fact]
    public void The_refusal_of_another_address_says_which_domains_it_is_for()
    {
        var refusal = AcceptDecision.Decide(Somebody with { LackedDomains = ["example.org", "larsen.example"] }).Problem!;

        Assert.Equal(403, refusal.Status);
        Assert.Contains("example.org or larsen.example", refusal.Detail, StringComparison.Ordinal);
    }

    private static string Outcome(AcceptSituation situation)
    {
        var decision = AcceptDecision.Decide(situation);
        return decision.Problem?.Code ?? decision.Outcome.ToString();
    }
}
