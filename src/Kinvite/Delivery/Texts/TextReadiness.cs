using Kinvite.Addresses;
using Kinvite.Limits;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Delivery.Texts;

/// <summary>Whether a text can go out now: by the setting, by the country, by what the provider last said, and whether the day has some left.</summary>
internal sealed class TextReadiness(KinviteDbContext db, TextSetup setup, TextLimits limits, TimeProvider clock)
{
    /// <summary>To anybody at all.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken ct) => setup.IsOn && !(setup.Way == TextWay.Twilio && await db.TextOutages.AnyAsync(ct));

    /// <summary>When this family may invite by text again; null when it may now, as far as the day goes.</summary>
    public async Task<DateTimeOffset?> FreeAtAsync(Guid familyId, CancellationToken ct) =>
        await limits.WaitAsync(familyId, ct) is var wait && wait > TimeSpan.Zero ? clock.Now() + wait : null;

    /// <summary>To this address; a mailbox always.</summary>
    public async Task<bool> ServesAsync(ContactAddress address, CancellationToken ct) => address is not PhoneNumber number || (setup.Serves(number) && await IsReadyAsync(ct));
}
