using System.Buffers.Text;
using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Accounts;

/// <summary>Marks the texts of <c>PasswordResetMailTexts.resx</c>.</summary>
internal sealed class PasswordResetMailTexts;

/// <summary>The code for a new password. Where nobody has the address, nothing is sent: whoever asked learns nothing from that.</summary>
internal sealed class PasswordResetMessage(
    KeyRing keys, LetterRenderer renderer, PublicLinks links, IStringLocalizer<PasswordResetMailTexts> texts, TimeProvider clock) : IMessageType
{
    public string Type => MessageTypes.PasswordReset;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var code = await db.Codes.AsNoTracking().SingleOrDefaultAsync(c => c.Id == row.SubjectId && c.AddressType == AddressType.Email, ct);
        if (code is null || code.UsedAt is not null || code.ExpiresAt <= clock.Now())
        {
            return new Prepared.Drop("The code is used or over");
        }

        var claims = await (
            from address in db.Addresses
            where address.Key == code.AddressKey && address.RemovedAt == null
            join account in db.Accounts on address.AccountId equals account.Id
            where account.DeletedAt == null
            orderby address.ProvenAt != null descending, address.Id descending
            select new { account.Locale }).FirstOrDefaultAsync(ct);
        if (claims is null)
        {
            return new Prepared.Drop("Nobody has the address");
        }

        LetterCulture.Use(claims.Locale);
        var digits = keys.CodeDigits(code.Id);
        return new Prepared.Send(await renderer.RenderAsync(row, new(code.Address), new()
        {
            Locale = claims.Locale,
            Subject = texts["Subject"],
            Heading = texts["Subject"],
            Paragraphs = [texts["Intro"]],
            Code = digits,
            Button = new(texts["Button"], links.To(LinkPath(code.Id, digits))),
            Notes = [texts["Life", OneTimeCode.LifetimeMinutes], texts["NotYou"]],
            Why = texts["Why", links.Host],
        }));
    }

    /// <summary>The page that asks for the new password; opening it changes nothing.</summary>
    public static string LinkPath(Guid codeId, string digits) => $"/password/reset/{Base64Url.EncodeToString(codeId.ToByteArray(bigEndian: true))}/{digits}";
}
