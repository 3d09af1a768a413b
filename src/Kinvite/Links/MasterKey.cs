using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Kinvite.Links;

/// <summary>
/// The one secret that everything else is derived from (HKDF-SHA256, RFC 5869): 32 bytes that never leave the process and are in no table.
/// </summary>
internal sealed class MasterKey
{
    /// <summary>Bytes of a master key and of every key derived from it.</summary>
    public const int Size = 32;

    private readonly byte[] secret;

    public MasterKey(byte[] secret)
    {
        this.secret = secret.Length == Size ? secret : throw new ArgumentException($"A master key has {Size} bytes.", nameof(secret));
        Fingerprint = Base64Url.EncodeToString(Derive("kinvite/master-fingerprint").AsSpan(0, 16));
    }

    /// <summary>Tells two master keys apart and gives nothing of them away: the database keeps it beside what was made with the key.</summary>
    public string Fingerprint { get; }

    /// <summary>A key for one purpose.</summary>
    /// <param name="label">The purpose; other labels give keys that say nothing about each other.</param>
    public byte[] Derive(string label) => HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, Size, info: Encoding.UTF8.GetBytes(label));
}

/// <summary>The master key in use, and the one before it while what was made with it should keep working.</summary>
/// <param name="Current">Makes everything new.</param>
/// <param name="Previous">Only reads; null when there is none.</param>
internal sealed record MasterKeys(MasterKey Current, MasterKey? Previous = null)
{
    public MasterKey? Find(string fingerprint) =>
        fingerprint == Current.Fingerprint ? Current : fingerprint == Previous?.Fingerprint ? Previous : null;
}
