using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Accounts;

/// <summary>Marks the texts of <c>SecurityMailTexts.resx</c>.</summary>
internal sealed class SecurityMailTexts;

/// <summary>What changed about how an account signs in; kept as the number of its message.</summary>
internal enum SecurityEvent : short
{
    /// <summary>Another address.</summary>
    AddressAdded = 1,

    /// <summary>One address less.</summary>
    AddressRemoved = 2,

    /// <summary>Another passkey.</summary>
    PasskeyAdded = 3,

    /// <summary>One passkey less.</summary>
    PasskeyRemoved = 4,

    /// <summary>A password, or another one.</summary>
    PasswordSet = 5,

    /// <summary>No password any more.</summary>
    PasswordRemoved = 6,

    /// <summary>A provider more.</summary>
    ProviderAdded = 7,

    /// <summary>A provider less.</summary>
    ProviderRemoved = 8,
}

/// <summary>
/// Tells an account's addresses that how it signs in has changed, one message for each: whoever changed it may not be whose it is
/// (OWASP ASVS 5.0, 6.3.7). It cannot be muted. An address that was taken off is told too, and forgotten after that.
/// </summary>
internal sealed class SecurityMessage(LetterRenderer renderer, PublicLinks links, IStringLocalizer<SecurityMailTexts> texts) : IMessageType
{
    public string Type => MessageTypes.Security;

    /// <summary>Queues one message for each address that was proven before the change.</summary>
    /// <param name="db">Where; saved by the caller, together with the change.</param>
    /// <param name="accountId">Whose.</param>
    /// <param name="before">The account's addresses as they were.</param>
    /// <param name="what">What changed.</param>
    /// <param name="now">The clock.</param>
    public static void Tell(KinviteDbContext db, Guid accountId, IEnumerable<AccountAddress> before, SecurityEvent what, DateTimeOffset now) =>
        db.AddRange(before.Where(a => a is { ProvenAt: not null, Type: Addresses.AddressType.Email })
            .Select(a => OutboxMessage.Of(MessageTypes.Security, a.Id, now, (short)what, accountId)));

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var found = await (
            from address in db.Addresses
            join account in db.Accounts on address.AccountId equals account.Id
            where address.Id == row.SubjectId && account.Id == row.RecipientId && account.DeletedAt == null
            select new { address.Value, account.DisplayName, account.Locale }).SingleOrDefaultAsync(ct);
        if (found is null)
        {
            return new Prepared.Drop("The address is gone");
        }

        LetterCulture.Use(found.Locale);
        return new Prepared.Send(await renderer.RenderAsync(row, new(found.Value, found.DisplayName), new()
        {
            Locale = found.Locale,
            Subject = texts["Subject"],
            Heading = texts["Subject"],
            Paragraphs = [What((SecurityEvent)row.Generation), texts["You"], texts["NotYou"]],
            Button = new(texts["Button"], links.To("/account")),
            Why = texts["Why", links.Host],
        }));
    }

    public async Task AfterAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        if (await db.Addresses.SingleOrDefaultAsync(a => a.Id == row.SubjectId && a.RemovedAt != null, ct) is { } removed)
        {
            db.Remove(removed);
        }
    }

    private string What(SecurityEvent what) => what switch
    {
        SecurityEvent.AddressAdded => texts["AddressAdded"],
        SecurityEvent.AddressRemoved => texts["AddressRemoved"],
        SecurityEvent.PasskeyAdded => texts["PasskeyAdded"],
        SecurityEvent.PasskeyRemoved => texts["PasskeyRemoved"],
        SecurityEvent.PasswordSet => texts["PasswordSet"],
        SecurityEvent.PasswordRemoved => texts["PasswordRemoved"],
        SecurityEvent.ProviderAdded => texts["ProviderAdded"],
        SecurityEvent.ProviderRemoved => texts["ProviderRemoved"],
    };
}
