using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>Sends the signed-in person a code at the address that their mail goes to, or at their number where there is none, so that they can show that it is them.</summary>
internal sealed class SendConfirmCode(KinviteDbContext db, RateLimits limits, TextLimits textLimits, TextReadiness texts, CurrentAccount account, OutboxSignal outbox, TimeProvider clock)
{
    /// <returns>Names the code.</returns>
    public async Task<Result<Guid>> HandleAsync(Caller caller, CancellationToken ct)
    {
        var value = await db.Addresses.Where(a => a.AccountId == account.Id && a.ProvenAt != null)
            .OrderBy(a => a.Type).ThenByDescending(a => a.Primary).ThenBy(a => a.Id).Select(a => a.Value).FirstOrDefaultAsync(ct);
        if (ContactAddress.TryParse(value) is not { } address)
        {
            return AccountProblems.Reauthenticate;
        }

        if (!await texts.ServesAsync(address, ct))
        {
            return AccountProblems.NoTexts;
        }

        if ((await limits.TakeAsync(CallerLimits.CodeNetwork, caller.Network, ct)
            ?? await limits.TakeAsync(CallerLimits.Code, address.Key, ct)
            ?? await textLimits.TakeAsync(address, ct)) is { } exceeded)
        {
            return exceeded;
        }

        var now = clock.Now();
        var code = OneTimeCode.For(address, account.Locale, account.Id, now);
        db.Add(code);
        db.Add(OutboxMessage.Of(MessageTypes.Code, code.Id, now));
        await db.SaveChangesAsync(ct);
        outbox.Wake();
        return code.Id;
    }
}
