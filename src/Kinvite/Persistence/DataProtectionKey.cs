namespace Kinvite.Persistence;

/// <summary>One key of the framework's Data Protection ring, encrypted with the master key.</summary>
internal sealed class DataProtectionKey
{
    public required Guid Id { get; init; }
    public required string FriendlyName { get; init; }
    public required string Xml { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
