using Kinvite.Accounts;
using Kinvite.Addresses;

namespace Kinvite.Tests.Accounts;

public sealed class SignInWaysTests
{
    [Theory]
    // proven, unproven, password, passkeys, external → some way in
    [InlineData(0, 0, false, 0, 0, false)]
    [InlineData(1, 0, false, 0, 0, true)]
    [InlineData(0, 0, false, 1, 0, true)]
    [InlineData(0, 0, false, 0, 1, true)]
    [InlineData(0, 0, true, 0, 0, false)] // a password is typed together with an address
    [InlineData(0, 1, true, 0, 0, true)]
    [InlineData(0, 1, false, 0, 0, false)] // a code sent there takes the account over, it does not sign in to it
    [InlineData(0, 3, false, 0, 0, false)]
    [InlineData(2, 2, true, 2, 2, true)]
    public void AUT_S05_Somebody_gets_in_by_any_one_way(int proven, int unproven, bool password, int passkeys, int external, bool any) =>
        Assert.Equal(any, new SignInWays(proven, unproven, password, passkeys, external).Any);

    [Theory]
    [InlineData(1, 0, false, 0, "address", false)]
    [InlineData(2, 0, false, 0, "address", true)]
    [InlineData(1, 0, false, 1, "address", true)]
    [InlineData(1, 0, true, 0, "address", false)]
    [InlineData(1, 1, true, 0, "address", true)]
    [InlineData(1, 1, false, 0, "unproven", true)]
    [InlineData(0, 1, true, 0, "unproven", false)]
    [InlineData(0, 1, true, 0, "password", false)]
    [InlineData(1, 0, true, 0, "password", true)]
    [InlineData(0, 0, false, 1, "passkey", false)]
    [InlineData(0, 0, false, 2, "passkey", true)]
    [InlineData(1, 0, false, 1, "passkey", true)]
    public void AUT_S05_What_may_be_taken_away_leaves_a_way_in(int proven, int unproven, bool password, int passkeys, string without, bool may)
    {
        var ways = new SignInWays(proven, unproven, password, passkeys, 0);
        var left = without switch
        {
            "address" => ways.WithoutAddress(proven: true),
            "unproven" => ways.WithoutAddress(proven: false),
            "password" => ways.WithoutPassword(),
            _ => ways.WithoutPasskey(),
        };
        Assert.Equal(may, left.Any);
    }

    [Fact]
    public void The_first_proven_address_of_a_sort_is_where_mail_goes()
    {
        var (first, second, phone) = (Address(1), Address(2), Address(3, AddressType.Phone));
        first.Prove([first, second, phone], Now);
        second.Prove([first, second, phone], Now);
        phone.Prove([first, second, phone], Now);
        Assert.Equal((true, false, true), (first.Primary, second.Primary, phone.Primary));
    }

    [Fact]
    public void Where_mail_goes_moves_on_to_the_oldest_proven_address_when_one_is_taken_off()
    {
        var (first, second, third, unproven) = (Address(1), Address(2), Address(3), Address(0));
        AccountAddress[] all = [unproven, third, first, second];
        first.Prove(all, Now);
        second.Prove(all, Now);
        third.Prove(all, Now);

        first.Remove(all, Now);

        Assert.Equal((false, true, false, false), (first.Primary, second.Primary, third.Primary, unproven.Primary));
        Assert.Null(first.ProvenAt);
        Assert.Equal(Now, first.RemovedAt);
    }

    [Fact]
    public void Mail_goes_to_one_address_of_a_sort()
    {
        var (first, second, phone) = (Address(1), Address(2), Address(3, AddressType.Phone));
        AccountAddress[] all = [first, second, phone];
        Array.ForEach(all, a => a.Prove(all, Now));
        second.Prefer(all);
        Assert.Equal((false, true, true), (first.Primary, second.Primary, phone.Primary));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36", "Chrome · Android")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari · iPhone")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox · Linux")]
    [InlineData("chores-app/2.1 (build 7)", "chores-app")]
    [InlineData("<script>alert(1)</script>", null)]
    [InlineData(" ", null)]
    [InlineData(null, null)]
    public void A_device_is_called_so_that_its_person_knows_it(string? userAgent, string? name) => Assert.Equal(name, DeviceName.Of(userAgent));

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    private static AccountAddress Address(byte number, AddressType type = AddressType.Email) => new()
    {
        Id = new Guid([.. new byte[15], number], bigEndian: true),
        AccountId = Guid.Empty,
        Type = type,
        Value = $"{number}@example.org",
        Key = $"{number}@example.org",
        CreatedAt = Now,
    };
}
