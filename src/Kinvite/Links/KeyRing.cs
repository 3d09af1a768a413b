using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kinvite.Links;

/// <summary>
/// Makes and reads everything that is derived from the master key: links, codes, stop-mail links, keyed hashes (design.md §4).
/// Nothing of it asks the database: a forged token costs two MACs and no query.
/// </summary>
internal sealed class KeyRing
{
    private const int MacBytes = 16;
    private const int IdBytes = 16;
    private const int MarkBytes = 8;
    private const int SignedStopBytes = IdBytes + MarkBytes;
    private const int StopBytes = SignedStopBytes + MacBytes;

    private readonly MasterKeys masters;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<(string Master, int Epoch), byte[]> linkKeys = new();
    private readonly byte[] codeKey;
    private readonly byte[] hashKey;
    private readonly byte[] sessionKey;
    private readonly byte[] setUpKey;
    private readonly byte[][] stopKeys;
    private readonly byte[][] pinKeys;
    private Snapshot? snapshot;

    public KeyRing(MasterKeys masters, TimeProvider clock)
    {
        (this.masters, this.clock) = (masters, clock);
        codeKey = masters.Current.Derive("kinvite/code");
        hashKey = masters.Current.Derive("kinvite/fingerprint");
        sessionKey = masters.Current.Derive("kinvite/session");
        setUpKey = masters.Current.Derive("kinvite/setup");
        stopKeys = [.. new[] { masters.Current, masters.Previous }.OfType<MasterKey>().Select(m => m.Derive("kinvite/stop"))];
        pinKeys = [.. new[] { masters.Current, masters.Previous }.OfType<MasterKey>().Select(m => m.Derive("kinvite/pin"))];
    }

    private Snapshot Epochs => snapshot ?? throw new InvalidOperationException("The key ring is used before the server has started.");

    /// <summary>The newest epoch known here.</summary>
    public int Newest => Epochs.Newest;

    /// <summary>Takes over the epochs as the database has them now.</summary>
    public void Load(IReadOnlyCollection<KeyEpoch> epochs) => snapshot = new(
        epochs.Max(e => e.Number),
        epochs.Where(e => masters.Find(e.MasterFingerprint) is not null).Select(e => e.Number).DefaultIfEmpty().Max(),
        epochs.ToDictionary(e => e.Number, e => (e.MasterFingerprint, e.EndsAt)));

    /// <summary>The token of a link, under the newest epoch. The same arguments give the same token until the next rotation.</summary>
    public string Make(LinkKind kind, Guid id, short generation)
    {
        var epochs = Epochs;
        Span<byte> token = stackalloc byte[LinkToken.Bytes];
        // Where another server brought in a master key that is unknown here, the newest epoch of a known one still serves.
        var master = epochs.Known.TryGetValue(epochs.Making, out var epoch) ? masters.Find(epoch.Fingerprint) : null;
        var key = LinkKey(master ?? throw new InvalidOperationException("The master key was replaced: start this server with the new one."), epochs.Making);
        new LinkToken(kind, id, generation, epochs.Making).WriteSigned(token);
        Sign(key, token[..LinkToken.SignedBytes], token[LinkToken.SignedBytes..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>
    /// What an authentic token says; null when it is malformed, forged or of an epoch known to be over.
    /// The caller's statement still compares the epoch's row: this server may not have heard of its end.
    /// </summary>
    public LinkToken? Read(string? token)
    {
        Span<byte> bytes = stackalloc byte[LinkToken.Bytes];
        if (token is null || !LinkToken.TryDecode(token, bytes))
        {
            return null;
        }

        var epochs = Epochs;
        var slot = LinkToken.SlotOf(bytes);
        // The newest epoch with this slot that is known here, or the next one: another server may have rotated a moment ago.
        var known = epochs.Newest - (((epochs.Newest - slot) % LinkToken.EpochSlots + LinkToken.EpochSlots) % LinkToken.EpochSlots);
        if (epochs.Known.TryGetValue(known, out var epoch)
            && masters.Find(epoch.Fingerprint) is { } master
            && IsSigned(LinkKey(master, known), bytes))
        {
            return epoch.EndsAt is { } end && end <= clock.Now() ? null : LinkToken.Read(bytes, known);
        }

        var next = known + LinkToken.EpochSlots;
        return IsSigned(LinkKey(masters.Current, next), bytes) ? LinkToken.Read(bytes, next) : null;
    }

    /// <summary>The six digits of a one-time code: HMAC(code key, id) mod 10⁶.</summary>
    public string CodeDigits(Guid codeId)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(codeKey, codeId.ToByteArray(bigEndian: true), mac);
        // 64 bits over a million: the bias is below 10⁻¹³.
        var number = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(mac) % 1_000_000;
        return number.ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// A link that stops mail to the address that it was mailed to: 54 characters. It carries a mark of that address, because what
    /// <paramref name="id"/> names may get another one. Not bound to an epoch: stopping must work for ever.
    /// </summary>
    public string StopToken(Guid id, string addressKey)
    {
        Span<byte> token = stackalloc byte[StopBytes];
        id.TryWriteBytes(token, bigEndian: true, out _);
        Mark(stopKeys[0], addressKey, token[IdBytes..SignedStopBytes]);
        Sign(stopKeys[0], token[..SignedStopBytes], token[SignedStopBytes..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>What a stop-mail token says, or null when it is malformed or forged.</summary>
    public StopLink? ReadStopToken(string? token)
    {
        Span<byte> bytes = stackalloc byte[StopBytes];
        if (!Base64Text.TryDecode(token, bytes))
        {
            return null;
        }

        Span<byte> mac = stackalloc byte[MacBytes];
        foreach (var key in stopKeys)
        {
            Sign(key, bytes[..SignedStopBytes], mac);
            if (CryptographicOperations.FixedTimeEquals(mac, bytes[SignedStopBytes..]))
            {
                var mark = bytes[IdBytes..SignedStopBytes].ToArray();
                return new(new Guid(bytes[..IdBytes], bigEndian: true), address =>
                {
                    var given = new byte[MarkBytes];
                    Mark(key, address, given);
                    return given.AsSpan().SequenceEqual(mark);
                });
            }
        }

        return null;
    }

    /// <summary>
    /// What the set-up link of a server without accounts carries: 43 characters. Bound to the epoch, so that ending all links ends it, too.
    /// </summary>
    public string SetUpToken() => Base64Url.EncodeToString(HMACSHA256.HashData(setUpKey, Encoding.UTF8.GetBytes(Newest.ToString(CultureInfo.InvariantCulture))));

    /// <summary>Whether it is that one; whether there are accounts is asked elsewhere.</summary>
    public bool IsSetUpToken(string? token) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(SetUpToken()), Encoding.UTF8.GetBytes(token ?? ""));

    /// <summary>A keyed hash of an address or the like, for tables that must not hold it: 22 characters.</summary>
    public string Fingerprint(string text)
    {
        Span<byte> mac = stackalloc byte[MacBytes];
        Sign(hashKey, Encoding.UTF8.GetBytes(text), mac);
        return Base64Url.EncodeToString(mac);
    }

    /// <summary>What is hashed instead of a child's digits, so that a copy of the database cannot try all of them: under the master key, then under the one before.</summary>
    public IReadOnlyList<string> PinTexts(Guid memberId, string pin) =>
        [.. pinKeys.Select(key => Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{memberId:N}/{pin}"))))];

    /// <summary>
    /// The secret that follows a session's refresh secret: derived, so that two uses of one refresh token within its grace get the same answer.
    /// </summary>
    public byte[] SessionSecretAfter(ReadOnlySpan<byte> secret, byte purpose) => HMACSHA256.HashData(sessionKey, (byte[])[purpose, .. secret]);

    private static bool IsSigned(byte[] key, ReadOnlySpan<byte> token)
    {
        Span<byte> mac = stackalloc byte[MacBytes];
        Sign(key, token[..LinkToken.SignedBytes], mac);
        return CryptographicOperations.FixedTimeEquals(mac, token[LinkToken.SignedBytes..]);
    }

    private static void Sign(byte[] key, ReadOnlySpan<byte> content, Span<byte> mac)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, content, whole);
        whole[..MacBytes].CopyTo(mac);
    }

    private static void Mark(byte[] key, string addressKey, Span<byte> mark)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes("address/" + addressKey), whole);
        whole[..MarkBytes].CopyTo(mark);
    }

    private byte[] LinkKey(MasterKey master, int epoch) => linkKeys.GetOrAdd(
        (master.Fingerprint, epoch),
        static (key, from) => from.Derive("kinvite/link/" + key.Epoch.ToString(CultureInfo.InvariantCulture)),
        master);

    private sealed record Snapshot(int Newest, int Making, IReadOnlyDictionary<int, (string Fingerprint, DateTimeOffset? EndsAt)> Known);
}

/// <summary>What a stop-mail link says.</summary>
/// <param name="Id">The invitation whose mail it stood in.</param>
/// <param name="IsFor">Whether that mail went to the address with this key.</param>
internal sealed record StopLink(Guid Id, Func<string, bool> IsFor);
