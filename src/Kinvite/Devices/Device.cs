using System.Security.Cryptography;
using Kinvite.Accounts;
using Kinvite.Members;

namespace Kinvite.Devices;

/// <summary>A family's shared tablet: shows the children's faces, and lets a child in by its face and digits. Removing it deletes the row, and with it every session of it.</summary>
internal sealed class Device
{
    public const int NameLength = 80;

    /// <summary>So many tablets are enough for a family.</summary>
    public const int Most = 20;

    /// <summary>How often <see cref="LastSeenAt"/> is written: not on every request.</summary>
    public static readonly TimeSpan SeenInterval = TimeSpan.FromHours(1);

    public required Guid Id { get; init; }
    public required Guid FamilyId { get; init; }
    public required string Name { get; set; }

    /// <summary>SHA-256 of the secret that only the tablet has.</summary>
    public required byte[] SecretHash { get; init; }

    /// <summary>The member who registered it; may be gone.</summary>
    public required Guid AddedBy { get; init; }
    public required string AddedByName { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>A new one; its token (device id ‖ 32 random bytes) exists only in what is returned.</summary>
    public static (Device Device, string Token) Share(string name, Member by, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var secret = RandomNumberGenerator.GetBytes(SessionToken.SecretBytes);
        return (
            new Device
            {
                Id = id,
                FamilyId = by.FamilyId,
                Name = name,
                SecretHash = SHA256.HashData(secret),
                AddedBy = by.Id,
                AddedByName = by.Name,
                CreatedAt = now,
                LastSeenAt = now,
            },
            new SessionToken(id, secret).ToString());
    }

    /// <summary>Whether it is the tablet's secret.</summary>
    public bool IsSecret(ReadOnlySpan<byte> secret) => CryptographicOperations.FixedTimeEquals(SecretHash, SHA256.HashData(secret));
}
