using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Accounts;

/// <summary>Marks the texts of <c>SignUpMailTexts.resx</c>.</summary>
internal sealed class SignUpMailTexts;

/// <summary>
/// The mail after signing up with a password: the code that proves the address, or the news that there is an account already. It has no button: the code
/// keeps the password that was chosen, so it is for the place where it was chosen, and a tap in a mail that nobody asked for must not accept it.
/// </summary>
internal sealed class SignUpMessage(KeyRing keys, LetterRenderer renderer, PublicLinks links, IStringLocalizer<SignUpMailTexts> texts, TimeProvider clock) : IMessageType
{
    public string Type => MessageTypes.SignUp;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var code = await db.Codes.AsNoTracking().SingleOrDefaultAsync(c => c.Id == row.SubjectId && c.AddressType == AddressType.Email, ct);
        if (code is null || code.UsedAt is not null || code.ExpiresAt <= clock.Now())
        {
            return new Prepared.Drop("The code is used or over");
        }

        var owner = await (
            from address in db.Addresses
            where address.Key == code.AddressKey && address.ProvenAt != null
            join account in db.Accounts on address.AccountId equals account.Id
            select new { account.Locale }).SingleOrDefaultAsync(ct);
        var locale = owner?.Locale ?? code.Locale;
        LetterCulture.Use(locale);
        var isNew = owner is null;
        return new Prepared.Send(await renderer.RenderAsync(row, new(code.Address), new()
        {
            Locale = locale,
            Subject = texts[isNew ? "NewSubject" : "ThereSubject"],
            Heading = texts[isNew ? "NewSubject" : "ThereSubject"],
            Paragraphs = [texts[isNew ? "NewIntro" : "ThereIntro"], texts[isNew ? "NewCode" : "ThereCode"]],
            Code = keys.CodeDigits(code.Id),
            Notes = [texts["Life", OneTimeCode.LifetimeMinutes], texts[isNew ? "NewNotYou" : "ThereNotYou"]],
            Why = texts["Why", links.Host],
        }));
    }
}
