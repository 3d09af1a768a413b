using Kinvite.Accounts;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Operator;

/// <summary>Marks the texts of <c>TextsOffMailTexts.resx</c>.</summary>
internal sealed class TextsOffMailTexts;

/// <summary>Tells whoever runs the server that the provider sends no texts any more, and what to do.</summary>
internal sealed class TextsOffMessage(LetterRenderer renderer, PublicLinks links, IStringLocalizer<TextsOffMailTexts> texts) : IMessageType
{
    public string Type => MessageTypes.TextsOff;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        if (await db.TextOutages.AsNoTracking().SingleOrDefaultAsync(ct) is not { } outage)
        {
            return new Prepared.Drop("It is mended");
        }

        if (await AccountMailbox.FindAsync(db, row.RecipientId, ct) is not { } mailbox)
        {
            return new Prepared.Drop("The operator has no mail address");
        }

        LetterCulture.Use(mailbox.Locale);
        return new Prepared.Send(await renderer.RenderAsync(row, mailbox.To, new()
        {
            Locale = mailbox.Locale,
            Subject = texts["Subject"],
            Heading = texts["Subject"],
            Paragraphs = [texts["Said", outage.Code], texts["Until"]],
            Button = new(texts["Button"], links.To("/operator")),
            Why = texts["Why", links.Host],
        }));
    }
}
