using Kinvite.Accounts;
using Kinvite.Addresses;

namespace Kinvite.Tests.Accounts;

/// <summary>Whose an address is once its code has come back: the whole table.</summary>
public sealed class AddressClaimsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
    private static readonly EmailAddress Address = EmailAddress.TryParse("v@example.org")!;

    [Fact]
    public void What_nobody_claims_is_new() => Assert.Equal((ProofOutcome.IsNew, null), new AddressClaims([]).Decide(askedBy: null));

    [Fact]
    public void Who_has_proven_it_owns_it_whoever_asked()
    {
        var (owner, other) = (Claim(1, proven: true), Claim(2));
        var claims = new AddressClaims([other, owner]);
        Assert.Equal((ProofOutcome.IsOwner, owner), claims.Decide(askedBy: null));
        Assert.Equal((ProofOutcome.IsOwner, owner), claims.Decide(other.Account.Id));
        Assert.Equal((ProofOutcome.IsOwner, owner), claims.Decide(owner.Account.Id));
    }

    [Fact]
    public void The_account_that_asked_for_the_code_keeps_what_it_has()
    {
        var (older, newer) = (Claim(1), Claim(2));
        Assert.Equal((ProofOutcome.Proves, older), new AddressClaims([older, newer]).Decide(older.Account.Id));
        Assert.Equal((ProofOutcome.Proves, newer), new AddressClaims([older, newer]).Decide(newer.Account.Id));
    }

    [Fact]
    public void BND_S02_A_code_asked_for_elsewhere_takes_over()
    {
        var claim = Claim(1);
        Assert.Equal((ProofOutcome.TakesOver, claim), new AddressClaims([claim]).Decide(askedBy: null));
        Assert.Equal((ProofOutcome.TakesOver, claim), new AddressClaims([claim]).Decide(Guid.CreateVersion7(Now)));
    }

    [Fact]
    public void Of_several_the_one_of_the_mailed_link_is_taken_over_else_the_newest()
    {
        var (older, newer, invited) = (Claim(1), Claim(3), Claim(2, invited: true));
        Assert.Equal((ProofOutcome.TakesOver, newer), new AddressClaims([newer, older]).Decide(askedBy: null));
        Assert.Equal((ProofOutcome.TakesOver, invited), new AddressClaims([newer, older, invited]).Decide(askedBy: null));
    }

    [Fact]
    public void BND_S02_An_account_that_somebody_else_can_get_into_is_never_handed_over()
    {
        // Whoever made it has proven another address of it, and waits for the victim to move in.
        var trap = Claim(1, otherOwner: true);
        Assert.Equal((ProofOutcome.IsNew, null), new AddressClaims([trap]).Decide(askedBy: null));
        Assert.Equal((ProofOutcome.IsNew, null), new AddressClaims([trap]).Decide(trap.Account.Id));
        var claim = Claim(2);
        Assert.Equal((ProofOutcome.TakesOver, claim), new AddressClaims([trap, claim]).Decide(trap.Account.Id));
    }

    private static AddressClaim Claim(int minute, bool proven = false, bool invited = false, bool otherOwner = false)
    {
        var now = Now.AddMinutes(minute);
        var account = Account.Make("V", "en", now);
        return new(AccountAddress.Of(account.Id, Address, now, proven, invitationId: invited ? Guid.CreateVersion7(now) : null), account, otherOwner);
    }
}
