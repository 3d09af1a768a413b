using System.Net;
using Kinvite.Accounts;
using Kinvite.Families;
using Kinvite.Harness;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Links;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.Extensions.DependencyInjection;
using static Kinvite.Server.Tests.Accounts.SigningIn;

namespace Kinvite.Server.Tests.Accounts;

public sealed class SignUpTests(PostgresFixture postgres) : AccountsTest(postgres)
{
    [Fact]
    public async Task Where_sign_up_is_closed_only_those_who_have_an_account_sign_in()
    {
        using var early = await SignInAsync(App, "early@example.org");
        await using var closed = await StartAsync(s => s.Configuration["Kinvite:SignUp"] = "closed");

        using var again = await SignInAsync(closed, "early@example.org");
        Assert.Equal(early.AccountId, again.AccountId);
        using var late = await VerifyAsync(closed, await RightAsync(closed, "late@example.org"));
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        Assert.Equal("sign_up.closed", await CodeOfAsync(late));
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
    }

    [Fact]
    public async Task Where_sign_up_is_by_invitation_an_open_invitation_lets_its_address_in()
    {
        await using var invited = await StartAsync(s => s.Configuration["Kinvite:SignUp"] = "invited");
        using var owner = await SignInAsync(App, "owner@example.org");
        var now = App.Clock.Now();
        await InviteAsync(owner.AccountId, "open@example.org", InvitationStatus.Pending, now.AddDays(1));
        await InviteAsync(owner.AccountId, "bounced@example.org", InvitationStatus.Bounced, now.AddDays(1));
        await InviteAsync(owner.AccountId, "old@example.org", InvitationStatus.Pending, now);
        await InviteAsync(owner.AccountId, "revoked@example.org", InvitationStatus.Revoked, now.AddDays(1));

        foreach (var email in new[] { "open@example.org", "bounced@example.org" })
        {
            using var answer = await VerifyAsync(invited, await RightAsync(invited, email));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        foreach (var email in new[] { "old@example.org", "revoked@example.org", "stranger@example.org" })
        {
            using var answer = await VerifyAsync(invited, await RightAsync(invited, email));
            Assert.Equal("sign_up.invited", await CodeOfAsync(answer));
        }
    }

    [Fact]
    public async Task The_link_of_an_open_invitation_lets_in_whoever_brings_it()
    {
        using var owner = await SignInAsync(App, "owner@example.org");
        var invitation = await InviteAsync(owner.AccountId, address: null, InvitationStatus.Pending, App.Clock.Now().AddDays(1));
        await using var invited = await StartAsync(s => s.Configuration["Kinvite:SignUp"] = "invited");

        Assert.Null(await RefuseAsync(new(LinkKind.Copied, invitation, 1, 1)));
        Assert.NotNull(await RefuseAsync(new(LinkKind.Copied, invitation, 0, 1)));
        Assert.NotNull(await RefuseAsync(new(LinkKind.Copied, invitation, 1, 2)));
        Assert.NotNull(await RefuseAsync(link: null));

        async Task<Kinvite.Http.Problem?> RefuseAsync(LinkToken? link)
        {
            await using var scope = invited.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<SignUpRule>().RefuseAsync("b@example.org", link, invited.Clock.Now(), CancellationToken.None);
        }
    }

    private async Task<Guid> InviteAsync(Guid ownerAccount, string? address, InvitationStatus status, DateTimeOffset expiresAt)
    {
        await using var scope = App.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();
        var now = App.Clock.Now();
        var family = new Family { Id = Guid.CreateVersion7(now), Name = "F", Kind = "home", Locale = "en", TimeZone = "Etc/UTC", OwnerId = Guid.CreateVersion7(now), CreatedAt = now };
        db.Add(family);
        db.Add(new Member
        {
            FamilyId = family.Id,
            Id = family.OwnerId,
            AccountId = ownerAccount,
            Name = "O",
            Role = "co-parent",
            Permission = Permission.Owner,
            WholeFamily = true,
            JoinedAt = now,
        });
        var invitation = new Invitation
        {
            Id = Guid.CreateVersion7(now),
            FamilyId = family.Id,
            Status = status,
            Channel = address is null ? InvitationChannel.None : InvitationChannel.Email,
            Address = address,
            AddressKey = address,
            Role = "relative",
            Permission = Permission.View,
            WholeFamily = true,
            Locale = "en",
            Binding = Binding.Confirm,
            RequireLogin = true,
            Generation = 1,
            CreatedAt = now,
            ExpiresAt = expiresAt,
            InviterId = family.OwnerId,
            InviterName = "O",
        };
        db.Add(invitation);
        await db.SaveChangesAsync();
        return invitation.Id;
    }

    private static async Task<object> RightAsync(KinviteApp app, string email)
    {
        var challenge = await AskAsync(app, email);
        return new { email, code = Digits(app, challenge), challenge };
    }
}
