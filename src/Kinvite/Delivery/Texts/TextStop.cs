using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Delivery.Texts;

/// <summary>A number whose person answered STOP: no text goes there until they answer START (CTIA messaging principles §5.1.3).</summary>
internal sealed class TextStop
{
    /// <summary>The number's canonical key.</summary>
    public required string AddressKey { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>From now on; said twice it stays as it is.</summary>
    public static Task<int> BeginAsync(KinviteDbContext db, string addressKey, DateTimeOffset now, CancellationToken ct) => db.Database.ExecuteSqlAsync(
        $"INSERT INTO text_stops (address_key, at) VALUES ({addressKey}, {now}) ON CONFLICT (address_key) DO NOTHING", ct);

    /// <summary>Texts are welcome again.</summary>
    public static Task<int> EndAsync(KinviteDbContext db, string addressKey, CancellationToken ct) => db.TextStops.Where(s => s.AddressKey == addressKey).ExecuteDeleteAsync(ct);
}
