using AngleSharp.Html.Parser;
using Kinvite.AccessRequests;
using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Harness;
using Kinvite.Invitations;
using Kinvite.Links;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Server.Tests.Delivery;

public sealed class MessageTests(PostgresFixture postgres)
{
    [Fact]
    public async Task An_invitation_says_who_where_until_when_and_why_and_its_link_is_the_mailed_one()
    {
        await using var test = await TestAsync();
        var invitation = await test.InviteAsync();
        var mail = Sent(await test.PrepareAsync(MessageTypes.Invitation, invitation.Id, 3));

        Assert.Equal("anna@example.org", mail.To.Address);
        Assert.Equal("Olga invited you to Larsens", mail.Subject);
        var lines = mail.Text.Split('\n');
        var link = Assert.Single(lines, l => l.StartsWith("http://localhost:5080/join/", StringComparison.Ordinal));
        Assert.Equal(new LinkToken(LinkKind.Mailed, invitation.Id, 3, 1), test.Keys.Read(link[(link.LastIndexOf('/') + 1)..]));
        Assert.Contains("Friday, 27 November 2026, 19:00 (Europe/Oslo)", mail.Text, StringComparison.Ordinal);
        Assert.Contains("You would be there as Relative: Sees everything", mail.Text, StringComparison.Ordinal);
        Assert.Contains("because Olga entered your address for Larsens at localhost:5080", mail.Text, StringComparison.Ordinal);
        Assert.Contains("https://example.org/terms", lines);
        var stop = Assert.Single(lines, l => l.StartsWith("http://localhost:5080/mail/stop/", StringComparison.Ordinal));
        Assert.Equal((stop, invitation.Id), (mail.StopUrl!.AbsoluteUri, test.Keys.ReadStopToken(stop[(stop.LastIndexOf('/') + 1)..])!.Id));

        var html = new HtmlParser().ParseDocument(mail.Html);
        Assert.Equal("en", html.DocumentElement.GetAttribute("lang"));
        var button = Assert.Single(html.QuerySelectorAll("a.button"));
        Assert.Equal(link, button.GetAttribute("href"));
        Assert.Contains(html.QuerySelectorAll("a"), a => a.TextContent == link);
    }

    [Fact]
    public async Task MSG_S01_Typed_markup_and_links_stay_plain_text_and_out_of_the_subject()
    {
        await using var test = await TestAsync();
        var invitation = await test.InviteAsync(i => i.Message = "<img src=x onerror=alert(1)>\nhttps://evil.example/join\n123456");
        var mail = Sent(await test.PrepareAsync(MessageTypes.Invitation, invitation.Id, 3));
        var html = new HtmlParser().ParseDocument(mail.Html);
        Assert.Empty(html.QuerySelectorAll("img, script"));
        Assert.DoesNotContain(html.QuerySelectorAll("a"), a => a.GetAttribute("href")!.Contains("evil", StringComparison.Ordinal));
        Assert.Contains("<img src=x onerror=alert(1)>", html.QuerySelector("blockquote")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", mail.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain("https://evil.example/join", mail.Text.Split('\n'));
        Assert.DoesNotContain("123456", mail.Text.Split('\n'));
    }

    [Fact]
    public async Task An_invitation_is_written_in_the_language_chosen_for_its_person()
    {
        await using var test = await TestAsync();
        var invitation = await test.InviteAsync(locale: "es");
        var mail = Sent(await test.PrepareAsync(MessageTypes.Invitation, invitation.Id, 3));
        Assert.Equal("Olga te invita a Larsens", mail.Subject);
        Assert.Contains("viernes 27 de noviembre de 2026, 19:00", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Condiciones de uso", mail.Text, StringComparison.Ordinal);
        Assert.Contains("lang=\"es\"", mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_that_was_resent_withdrawn_ended_or_blocked_is_not_mailed()
    {
        await using var test = await TestAsync();
        var invitation = await test.InviteAsync();
        Assert.Equal("A newer one was sent", Dropped(await test.PrepareAsync(MessageTypes.Invitation, invitation.Id, 2)));

        await test.ChangeAsync(db => db.Invitations.ExecuteUpdateAsync(s => s.SetProperty(i => i.Status, InvitationStatus.Revoked)));
        Assert.Equal("The invitation is not open any more", Dropped(await test.PrepareAsync(MessageTypes.Invitation, invitation.Id, 3)));

        await test.ChangeAsync(db => db.Invitations.ExecuteUpdateAsync(s => s.SetProperty(i => i.Status, InvitationStatus.Pending)));
        await test.ChangeAsync(db =>
        {
            db.InvitationBlocks.Add(new() { Id = Guid.CreateVersion7(LarsenFamily.Now), AddressKey = "anna@example.org", CreatedAt = LarsenFamily.Now });
            return db.SaveChangesAsync();
        });
        Assert.Equal("The address wants no more invitations", Dropped(await test.PrepareAsync(MessageTypes.Invitation, invitation.Id, 3)));

        await test.ChangeAsync(db => db.InvitationBlocks.ExecuteDeleteAsync());
        test.Host.Clock.Set(invitation.ExpiresAt);
        Assert.Equal("The invitation is not open any more", Dropped(await test.PrepareAsync(MessageTypes.Invitation, invitation.Id, 3)));
        Assert.Equal("The invitation is gone", Dropped(await test.PrepareAsync(MessageTypes.Invitation, Guid.CreateVersion7(LarsenFamily.Now), 3)));
    }

    [Fact]
    public async Task When_an_invitation_fails_its_inviter_is_told_and_shown_the_way_out()
    {
        await using var test = await TestAsync();
        var invitation = await test.InviteAsync();
        await test.AfterAsync(MessageTypes.Invitation, invitation.Id, DeliveryState.Failed);
        var row = await test.Host.InDbAsync(db => db.Outbox.SingleAsync(o => o.Type == MessageTypes.Failed));
        Assert.Equal((invitation.Id, (short)3, test.Olga), (row.SubjectId, row.Generation, row.RecipientId));

        var mail = Sent(await test.PrepareAsync(row));
        Assert.Equal(("olga@example.org", "Your invitation to Larsens did not arrive"), (mail.To.Address, mail.Subject));
        Assert.Contains("anna@example.org", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"http://localhost:5080/families/{test.Family}/invitations", mail.Text.Split('\n'));
    }

    [Fact]
    public async Task When_an_invitation_is_sent_the_family_can_see_that()
    {
        await using var test = await TestAsync();
        var invitation = await test.InviteAsync();
        await test.AfterAsync(MessageTypes.Invitation, invitation.Id, DeliveryState.Sent);
        var entry = await test.Host.InDbAsync(db => db.Activity.SingleAsync());
        Assert.Equal((ActivityTypes.InviteSent, invitation.Id, test.Family), (entry.Type, entry.SubjectId, entry.FamilyId));
        Assert.False(await test.Host.InDbAsync(db => db.Outbox.AnyAsync()));
    }

    [Fact]
    public async Task A_code_stands_alone_and_its_link_needs_more_than_the_challenge()
    {
        await using var test = await TestAsync();
        var code = await test.CodeAsync();
        var mail = Sent(await test.PrepareAsync(MessageTypes.Code, code.Id));
        var digits = test.Keys.CodeDigits(code.Id);
        var lines = mail.Text.Split('\n');
        Assert.Contains(digits, lines);
        Assert.DoesNotContain(digits, mail.Subject, StringComparison.Ordinal);
        var link = Assert.Single(lines, l => l.StartsWith("http://localhost:5080/sign-in/link/", StringComparison.Ordinal));
        Assert.EndsWith("/" + digits, link, StringComparison.Ordinal);

        test.Host.Clock.Set(code.ExpiresAt);
        Assert.Equal("The code is used or over", Dropped(await test.PrepareAsync(MessageTypes.Code, code.Id)));
    }

    [Fact]
    public async Task Who_left_the_family_hears_nothing_more_of_it()
    {
        await using var test = await TestAsync();
        var kari = await test.JoinAsync("Kari");
        var mail = Sent(await test.PrepareAsync(MessageTypes.Joined, kari, recipient: test.Olga));
        Assert.Equal(("olga@example.org", "Kari joined Larsens"), (mail.To.Address, mail.Subject));

        await test.ChangeAsync(db => db.Members.Where(m => m.AccountId == test.Olga).ExecuteDeleteAsync());
        Assert.Equal("Nobody to tell any more", Dropped(await test.PrepareAsync(MessageTypes.Joined, kari, recipient: test.Olga)));
    }

    [Fact]
    public async Task A_request_is_told_while_it_waits_and_a_refusal_names_nobody()
    {
        await using var test = await TestAsync();
        var (request, asker) = await test.AskAsync("Per");
        var mail = Sent(await test.PrepareAsync(MessageTypes.Request, request, recipient: test.Olga));
        Assert.Equal("Somebody asks to join Larsens", mail.Subject);
        Assert.Contains("Per would like to come into Larsens", mail.Text, StringComparison.Ordinal);
        Assert.Contains("> It is me", mail.Text.Split('\n'));
        await test.ChangeAsync(db => db.Members.ExecuteUpdateAsync(s => s.SetProperty(m => m.Permission, Permission.Edit)));
        Dropped(await test.PrepareAsync(MessageTypes.Request, request, recipient: test.Olga));
        await test.ChangeAsync(db => db.Members.ExecuteUpdateAsync(s => s.SetProperty(m => m.Permission, Permission.Owner)));

        await test.ChangeAsync(db => db.AccessRequests.ExecuteUpdateAsync(s => s.SetProperty(r => r.Status, AccessRequestStatus.Denied)));
        Dropped(await test.PrepareAsync(MessageTypes.Request, request, recipient: test.Olga));
        Dropped(await test.PrepareAsync(MessageTypes.Approved, request, recipient: asker));
        var denied = Sent(await test.PrepareAsync(MessageTypes.Denied, request, recipient: asker));
        Assert.Equal("per@example.org", denied.To.Address);
        Assert.DoesNotContain("Larsens", denied.Subject + denied.Text + denied.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Olga", denied.Subject + denied.Text + denied.Html, StringComparison.Ordinal);
    }

    private static OutgoingMail Sent(Prepared prepared) => Assert.IsType<Prepared.Send>(prepared).Mail;

    private static string Dropped(Prepared prepared) => Assert.IsType<Prepared.Drop>(prepared).Reason;

    private async Task<LarsenFamily> TestAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        var host = await DeliveryHost.StartAsync(database.ConnectionString, works: false);
        host.Clock.Set(LarsenFamily.Now);
        var test = new LarsenFamily(database, host);
        await test.FoundAsync();
        return test;
    }
}
