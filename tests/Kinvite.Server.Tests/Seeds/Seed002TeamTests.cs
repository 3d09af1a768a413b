using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Seeds;

/// <summary>What the team document promises (seed 002): everybody on the team invites anybody, from the page of the team itself.</summary>
public sealed class Seed002TeamTests(PostgresFixture postgres, SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Theory]
    [InlineData("player", "player")]
    [InlineData("player", "parent")]
    [InlineData("parent", "player")]
    [InlineData("parent", "parent")]
    public async Task Seed002_Team_Any_member_invites_into_any_role(string inviter, string invited)
    {
        using var circle = await Circle.StartAsync(App, "team");
        var member = await circle.MemberAsync(inviter);

        var invite = await circle.InviteAsync(new { email = Circle.NewEmail(), role = invited }, member);

        Assert.Equal(invited, invite.GetProperty("role").GetString());
        Assert.Equal(await circle.MemberIdAsync(member), invite.GetProperty("invitedBy").GetProperty("memberId").GetGuid());
    }

    [Fact]
    public async Task Seed002_Team_Nobody_becomes_more_than_a_member_by_any_role()
    {
        using var circle = await Circle.StartAsync(App, "team");
        var player = await circle.MemberAsync("player");
        foreach (var role in new[] { "owner", "coach", "" })
        {
            Assert.Equal(["invites[0].role"], await player.FaultsAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail(), role } } }));
        }

        var me = await player.GetAsync($"{circle.Path}/me");
        Assert.Equal("edit", me.GetProperty("permission").GetString());
        await player.RefusedAsync(HttpMethod.Patch, circle.Path, new { name = "Mine now" }, 403, "rights.missing");
    }

    [Fact]
    public async Task Seed002_Team_The_same_address_twice_is_a_conflict_and_the_first_stays()
    {
        using var circle = await Circle.StartAsync(App, "team");
        var (player, email) = (await circle.MemberAsync("player"), Circle.NewEmail());
        var invite = await circle.InviteAsync(new { email });

        await player.PostRefusedAsync(circle.Invites, new { invites = new[] { new { email = email.ToUpperInvariant() } } }, 409, "invite.already_pending");

        var only = Assert.Single((await player.GetAsync($"{circle.Invites}?status=pending")).GetProperty("items").EnumerateArray());
        Assert.Equal(invite.GetProperty("id").GetGuid(), only.GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task Seed002_Team_Send_again_keeps_the_invitation_and_ends_the_old_link()
    {
        using var circle = await Circle.StartAsync(App, "team");
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail(), role = "parent" });
        var player = await circle.MemberAsync("player");

        var again = await player.PostAsync($"{circle.Invites}/{invite.GetProperty("id")}/resend", null, HttpStatusCode.OK);

        Assert.Equal(invite.GetProperty("id").GetGuid(), again.GetProperty("id").GetGuid());
        Assert.Equal(("parent", "pending"), (again.GetProperty("role").GetString(), again.GetProperty("status").GetString()));
        await circle.Stranger().GetRefusedAsync($"/api/invites/{circle.Token(invite)}", 410, "invite.replaced");
        var somebody = await circle.SomebodyAsync();
        var preview = await somebody.GetAsync($"/api/invites/{circle.Token(invite, generation: 2)}");
        Assert.Equal("parent", preview.GetProperty("role").GetString());
    }

    [Fact]
    public async Task Seed002_Team_Inviting_does_not_wait_for_the_mail_server()
    {
        // Nothing answers at that address: the invitation is there all the same, and says that its mail is on the way.
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, settings =>
        {
            settings.Configuration["Kinvite:Smtp:Host"] = "127.0.0.1";
            settings.Configuration["Kinvite:Smtp:Port"] = "1";
            settings.Configuration["Kinvite:Smtp:Security"] = "none";
            settings.Configuration["Kinvite:Smtp:From"] = "team@example.org";
        });
        using var circle = await Circle.StartAsync(app, "team");

        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });

        Assert.Equal("pending", invite.GetProperty("status").GetString());
        Assert.Equal("queued", invite.GetProperty("delivery").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Seed002_Team_What_was_accepted_or_ran_out_stays_as_history()
    {
        using var circle = await Circle.StartAsync(App, "team");
        var joined = await circle.MemberAsync("player", "Pia");
        var gone = await circle.InviteAsync(new { email = Circle.NewEmail() });
        await joined.DeleteAsync($"{circle.Invites}/{gone.GetProperty("id")}", HttpStatusCode.OK);

        var all = (await joined.GetAsync($"{circle.Invites}?status=all")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("status").GetString());

        Assert.Equal(["revoked", "accepted"], all);
    }

    [Fact]
    public async Task Seed002_Team_The_page_takes_address_and_role_says_how_it_went_and_shows_who_waits()
    {
        using var circle = await Circle.StartAsync(App, "team");
        var player = await circle.MemberAsync("player", "Pia");
        using var browser = await circle.BrowserOfAsync(player);
        var email = Circle.NewEmail();
        var page = $"/families/{circle.Id}/invitations";
        await browser.OpenAsync("/settings/family-management");

        await browser.SendAsync(page, ("emails", email), ("role", "parent"));
        await browser.OpenAsync(browser.SeeOther!);

        Assert.Contains($"{email} is invited", browser.Text, StringComparison.Ordinal);
        Assert.NotEmpty(browser.Page.QuerySelectorAll(".invitation form[action$='/resend']"));
        Assert.NotEmpty(browser.Page.QuerySelectorAll(".invitation form[action$='/revoke']"));
        Assert.Equal("", browser.Page.QuerySelector("[name=emails]")!.TextContent.Trim());

        await browser.SendAsync(page, ("emails", email), ("role", "player"));

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("invited already", browser.Text, StringComparison.OrdinalIgnoreCase);
    }
}
