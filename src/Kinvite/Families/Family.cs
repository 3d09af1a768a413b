namespace Kinvite.Families;

/// <summary>The tenant: people who belong together, of one kind. Its row is the lock under which everything in it changes.</summary>
internal sealed class Family
{
    public const int NameLength = 80;

    public required Guid Id { get; init; }
    public required string Name { get; set; }
    public required string Kind { get; init; }

    /// <summary>The language of the family's mails where a person's own is not known: <c>en</c>, <c>es</c>.</summary>
    public required string Locale { get; set; }

    /// <summary>IANA zone: <c>Europe/Oslo</c>.</summary>
    public required string TimeZone { get; set; }

    /// <summary>The one owner: a member of this family.</summary>
    public required Guid OwnerId { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
