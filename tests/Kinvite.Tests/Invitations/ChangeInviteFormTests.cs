using Kinvite.Invitations;
using Kinvite.Rights;
using Kinvite.Wording;

namespace Kinvite.Tests.Invitations;

public sealed class ChangeInviteFormTests
{
    private static readonly ChangeInviteForm Before = new()
    {
        Email = "nils@example.org",
        Name = "Nils",
        Role = "grandparent",
        Permission = Permission.View,
        Children = [Guid.Empty],
        AccessUntil = "2026-11-30",
        Message = "Dear\nNils",
    };

    [Fact]
    public void What_was_not_touched_is_not_in_the_patch()
    {
        var (patch, faults) = (Before with { Message = "Dear\r\nNils" }).Read(Before, (Email: true, Phone: false), choosesPermission: true, "UTC");
        Assert.Equal(new ChangeInviteRequest(), patch);
        Assert.Empty(faults);
    }

    [Fact]
    public void What_was_emptied_is_cleared()
    {
        var (patch, _) = new ChangeInviteForm { Role = "grandparent" }.Read(Before, (Email: true, Phone: false), choosesPermission: false, "UTC");
        Assert.True(patch is { Email: { IsSet: true, Value: null }, Name: { IsSet: true, Value: null }, AccessUntil: { IsSet: true, Value: null }, Message: { IsSet: true, Value: null } });
        Assert.Empty(patch.Children.Value!);
        Assert.False(patch.Role.IsSet);
    }

    [Fact]
    public void An_address_that_the_page_did_not_show_is_not_taken_away() =>
        Assert.False((Before with { Email = null }).Read(Before, (Email: false, Phone: false), choosesPermission: false, "UTC").Patch.Email.IsSet);

    [Fact]
    public void A_number_typed_beside_the_mailbox_takes_its_place()
    {
        var (patch, _) = (Before with { Phone = "+45 20 12 34 56" }).Read(Before, (Email: true, Phone: true), choosesPermission: false, "UTC");
        Assert.Equal(new ChangeInviteRequest { Phone = "+45 20 12 34 56" }, patch);
    }

    [Fact]
    public void A_day_that_is_none_is_a_fault_of_its_field() =>
        Assert.Equal("accessUntil", Assert.Single((Before with { AccessUntil = "soon" }).Read(Before, (Email: true, Phone: false), choosesPermission: false, "UTC").Faults).Field);

    [Theory]
    [InlineData("Europe/Oslo")]
    [InlineData("America/Los_Angeles")]
    [InlineData("Nowhere/At_All")]
    public void A_last_day_is_shown_as_it_was_chosen(string zone) => Assert.Equal("2026-03-29", LastDay.Of(LastDay.EndOf("2026-03-29", zone), zone));
}
