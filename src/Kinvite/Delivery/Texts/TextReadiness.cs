using Kinvite.Addresses;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Delivery.Texts;

/// <summary>Whether a text can go out now: by the setting, by the country, by what the provider last said.</summary>
internal sealed class TextReadiness(KinviteDbContext db, TextSetup setup)
{
    /// <summary>To anybody at all.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken ct) => setup.IsOn && !(setup.Way == TextWay.Twilio && await db.TextOutages.AnyAsync(ct));

    /// <summary>To this address; a mailbox always.</summary>
    public async Task<bool> ServesAsync(ContactAddress address, CancellationToken ct) => address is not PhoneNumber number || (setup.Serves(number) && await IsReadyAsync(ct));
}
