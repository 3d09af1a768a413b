using System.Buffers.Text;
using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Delivery.Texts;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Accounts;

/// <summary>Marks the texts of <c>CodeMailTexts.resx</c>.</summary>
internal sealed class CodeMailTexts;

/// <summary>The mail or text with a one-time code. Its digits are derived here, at the moment of sending, and are nowhere else.</summary>
internal sealed class CodeMessage(KeyRing keys, LetterRenderer renderer, PublicLinks links, IStringLocalizer<CodeMailTexts> texts, TimeProvider clock) : IMessageType
{
    public string Type => MessageTypes.Code;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var code = await db.Codes.AsNoTracking().SingleOrDefaultAsync(c => c.Id == row.SubjectId, ct);
        if (code is null || code.UsedAt is not null || code.ExpiresAt <= clock.Now())
        {
            return new Prepared.Drop("The code is used or over");
        }

        // Asked for inside an account: the code belongs there, and a tap on a button would take it elsewhere.
        var inside = code.AccountId is not null;
        LetterCulture.Use(code.Locale);
        var digits = keys.CodeDigits(code.Id);
        if (code.AddressType == AddressType.Phone)
        {
            return PhoneNumber.TryParse(code.Address) is { } number
                ? new Prepared.SendText(new OutgoingText(row.Id, number, TextWords.Code(texts["Text", links.Host], digits)))
                : new Prepared.Drop("This is no number");
        }

        return new Prepared.Send(await renderer.RenderAsync(row, new(code.Address), new()
        {
            Locale = code.Locale,
            Subject = texts["Subject"],
            Heading = texts["Heading"],
            Paragraphs = [texts["Intro"]],
            Code = digits,
            Button = inside ? null : new(texts["Button"], links.To(LinkPath(code.Id, digits))),
            Notes = [texts["Life", OneTimeCode.LifetimeMinutes], texts["Secret"]],
            Why = texts["Why", links.Host],
        }));
    }

    /// <summary>
    /// The page with one button: challenge and digits. The challenge alone must not be enough, because whoever asks for a code is told it.
    /// </summary>
    public static string LinkPath(Guid codeId, string digits) =>
        $"/sign-in/link/{Base64Url.EncodeToString(codeId.ToByteArray(bigEndian: true))}/{digits}";
}
