namespace Kinvite.Devices;

/// <summary>A family's shared tablet: shows the children's faces, and lets a child in by its face and digits. Removing it deletes the row, and with it every session of it.</summary>
internal sealed class Device
{
    public const int NameLength = 80;

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
}
