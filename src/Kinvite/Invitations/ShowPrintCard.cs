using System.Globalization;
using Kinvite.Delivery.Letters;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Pages;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Invitations;

/// <summary>A card for the table or the letter box, in the words and the language of the person invited.</summary>
public sealed record PrintCardView
{
    /// <summary>The page with the link, for the way back.</summary>
    public required string Back { get; init; }

    /// <summary>An open link: for whoever it is given to.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The language of the card, which may be another than the page's.</summary>
    public required string Locale { get; init; }

    /// <summary>For whom; null when the inviter wrote no name.</summary>
    public string? Name { get; init; }

    /// <summary>What it is.</summary>
    public required string Title { get; init; }

    /// <summary>Who invites, and as what.</summary>
    public required string Lead { get; init; }

    /// <summary>What to do, one after the other.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>Under the square code, for who cannot see it.</summary>
    public required string CodeName { get; init; }

    /// <summary>Before the link.</summary>
    public required string LinkLead { get; init; }

    /// <summary>The link in full.</summary>
    public required string Url { get; init; }

    /// <summary>Until when it works, and that it is for one person.</summary>
    public required string Until { get; init; }

    /// <summary>The link to scan.</summary>
    public required QrPath Code { get; init; }
}

/// <summary>What stands on the printed card of an invitation, for those who may hand its link over.</summary>
internal sealed class ShowPrintCard(
    KinviteDbContext db, FamilyKinds kinds, GetInvite get, CopyLink copy, CurrentInviteLink current, FamilyDoor door, CurrentAccount account, IStringLocalizer<PrintCardTexts> texts)
{
    public async Task<Result<PrintCardView>> HandleAsync(Guid id, CancellationToken ct)
    {
        // Where it belongs says nothing to anybody yet: whoever may not see the invitation is told so by the use cases.
        var where = await db.Invitations.Where(i => i.Id == id)
            .Join(db.Families, i => i.FamilyId, f => f.Id, (i, f) => new { f.Id, f.Name, f.Kind }).SingleOrDefaultAsync(ct);
        if (where is null)
        {
            return await OpenAsync(id, ct);
        }

        var found = await get.HandleAsync(where.Id, id, ct);
        if (found.Refused(out var problem))
        {
            return problem;
        }

        var link = await copy.HandleAsync(where.Id, id, ct);
        return link.Refused(out problem) ? problem : Write(where.Name, kinds.TryFind(where.Kind)?.FindRole(found.Value.Role), found.Value, link.Value.Url, where.Id);
    }

    // The family's open link, as long as it works; in the family's language, because nobody knows who reads it.
    private async Task<Result<PrintCardView>> OpenAsync(Guid id, CancellationToken ct)
    {
        var familyId = await db.InviteLinks.Where(l => l.Id == id).Select(l => l.FamilyId).SingleOrDefaultAsync(ct);
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var link = await current.HandleAsync(familyId, ct);
        if (link.Refused(out problem))
        {
            return problem;
        }

        var me = entered.Value;
        return link.Value is not { } works || works.Id != id
            ? InvitationProblems.NotPending
            : Write(
                me.Family.Locale, me.Family.Name, name: null, me.Member.Name, me.Kind.FindRole(works.Role)?.Name.ToString() ?? works.Role, works.Url, works.ExpiresAt,
                $"/families/{familyId:D}/invitations/open", isOpen: true);
    }

    private PrintCardView Write(string family, KindRole? role, InviteResponse invite, string url, Guid familyId) => Write(
        invite.Locale, family, invite.Name, invite.InvitedBy.Name ?? family, role?.Name.ToString() ?? invite.Role, url, invite.ExpiresAt,
        $"/families/{familyId:D}/invitations/{invite.Id:D}/link", isOpen: false);

    private PrintCardView Write(
        string locale, string family, string? name, string inviter, string role, string url, DateTimeOffset expiresAt, string back, bool isOpen)
    {
        var before = CultureInfo.CurrentUICulture;
        var culture = LetterCulture.Of(locale);
        CultureInfo.CurrentUICulture = culture;
        try
        {
            var zone = TimeZoneInfo.TryFindSystemTimeZoneById(account.TimeZone, out var known) ? known : TimeZoneInfo.Utc;
            return new PrintCardView
            {
                Back = back,
                IsOpen = isOpen,
                Locale = culture.TwoLetterISOLanguageName,
                Name = name,
                Title = texts["Title", family],
                Lead = texts["Lead", inviter, role],
                Steps = [texts["StepScan"], texts["StepOpen"], texts["StepJoin"]],
                CodeName = texts["CodeName"],
                LinkLead = texts["LinkLead"],
                Url = url,
                Until = isOpen ? texts["UntilOpen", LocalTime.Day(expiresAt, zone, culture)] : texts["Until", LocalTime.Day(expiresAt, zone, culture)],
                Code = QrPath.Of(url),
            };
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
