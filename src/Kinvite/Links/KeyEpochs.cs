using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Links;

/// <summary>The epochs in the database, and how the ring of this process follows them.</summary>
internal sealed class KeyEpochs(KinviteDbContext db, MasterKeys masters, KeyRing ring, TimeProvider clock)
{
    /// <summary>
    /// Makes the first epoch, or one for a new master key, and fills the ring. Runs under the start lock, before anything is served.
    /// </summary>
    /// <exception cref="StartRefusedException">The database belongs to another master key.</exception>
    public async Task PrepareAsync(CancellationToken ct)
    {
        var epochs = await LoadAsync(ct);
        var newest = epochs.LastOrDefault();
        if (newest is not null && masters.Find(newest.MasterFingerprint) is null)
        {
            throw new StartRefusedException(
                "This database was set up with another master key: start with that key (Kinvite__MasterKey, or master.key in the data directory), or give it as Kinvite__MasterKeyPrevious beside the new one.");
        }

        if (newest?.MasterFingerprint == masters.Current.Fingerprint)
        {
            ring.Load(epochs);
        }
        else if ((await AddAsync(KeyEpoch.Grace, ct)).Refused(out var problem))
        {
            throw new StartRefusedException($"The new master key cannot be taken into use: {problem.Detail}");
        }
    }

    /// <summary>Adds an epoch; the one before stays good for <paramref name="grace"/>, zero ends them all at once.</summary>
    public async Task<Result<KeyEpoch>> AddAsync(TimeSpan grace, CancellationToken ct, int atLeast = 1)
    {
        await using var transaction = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(ct) : null;
        // Two rotations at once would take the same number.
        await db.Database.ExecuteSqlAsync($"LOCK TABLE key_epochs IN SHARE ROW EXCLUSIVE MODE", ct);
        var epochs = await db.KeyEpochs.OrderBy(e => e.Number).ToListAsync(ct);
        var added = KeyEpoch.Follow(epochs, masters.Current.Fingerprint, grace, clock.Now(), atLeast);
        if (added.Refused(out _))
        {
            return added;
        }

        db.KeyEpochs.Add(added.Value);
        await db.SaveChangesAsync(ct);
        if (transaction is not null)
        {
            await transaction.CommitAsync(CancellationToken.None);
        }

        ring.Load([.. epochs, added.Value]);
        return added;
    }

    /// <summary>Takes over what other servers did.</summary>
    public async Task RefreshAsync(CancellationToken ct) => ring.Load(await LoadAsync(ct));

    /// <summary>Before a link is made: another server, or a command, may have ended the epoch that this process knows as the newest.</summary>
    public static async Task FollowAsync(KinviteDbContext db, KeyRing ring, CancellationToken ct)
    {
        if (await db.KeyEpochs.MaxAsync(e => e.Number, ct) != ring.Newest)
        {
            ring.Load(await db.KeyEpochs.AsNoTracking().OrderBy(e => e.Number).ToListAsync(ct));
        }
    }

    private Task<List<KeyEpoch>> LoadAsync(CancellationToken ct) => db.KeyEpochs.AsNoTracking().OrderBy(e => e.Number).ToListAsync(ct);
}
