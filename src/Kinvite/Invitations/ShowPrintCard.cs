using System.Globalization;
using Kinvite.Delivery.Letters;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Pages;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Invitations;

/// <summary>A card for the table or the letter box, in the words and the language of the person invited.</summary>
public sealed record PrintCardView
{
    /// <summary>The family's id, for the way back.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>The invitation's id, for the way back.</summary>
    public required Guid Id { get; init; }

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
    KinviteDbContext db, FamilyKinds kinds, GetInvite get, CopyLink copy, CurrentAccount account, IStringLocalizer<PrintCardTexts> texts)
{
    public async Task<Result<PrintCardView>> HandleAsync(Guid id, CancellationToken ct)
    {
        // Where it belongs says nothing to anybody yet: whoever may not see the invitation is told so by the use cases.
        var where = await db.Invitations.Where(i => i.Id == id)
            .Join(db.Families, i => i.FamilyId, f => f.Id, (i, f) => new { f.Id, f.Name, f.Kind }).SingleOrDefaultAsync(ct);
        if (where is null)
        {
            return Problem.NotFound;
        }

        var found = await get.HandleAsync(where.Id, id, ct);
        if (found.Refused(out var problem))
        {
            return problem;
        }

        var link = await copy.HandleAsync(where.Id, id, ct);
        return link.Refused(out problem) ? problem : Write(where.Id, where.Name, kinds.TryFind(where.Kind)?.FindRole(found.Value.Role), found.Value, link.Value.Url);
    }

    private PrintCardView Write(Guid familyId, string family, KindRole? role, InviteResponse invite, string url)
    {
        var before = CultureInfo.CurrentUICulture;
        var culture = LetterCulture.Of(invite.Locale);
        CultureInfo.CurrentUICulture = culture;
        try
        {
            var zone = TimeZoneInfo.TryFindSystemTimeZoneById(account.TimeZone, out var known) ? known : TimeZoneInfo.Utc;
            return new PrintCardView
            {
                FamilyId = familyId,
                Id = invite.Id,
                Locale = culture.TwoLetterISOLanguageName,
                Name = invite.Name,
                Title = texts["Title", family],
                Lead = texts["Lead", invite.InvitedBy.Name ?? family, role?.Name.ToString() ?? invite.Role],
                Steps = [texts["StepScan"], texts["StepOpen"], texts["StepJoin"]],
                CodeName = texts["CodeName"],
                LinkLead = texts["LinkLead"],
                Url = url,
                Until = texts["Until", LocalTime.Day(invite.ExpiresAt, zone, culture)],
                Code = QrPath.Of(url),
            };
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
