namespace Kinvite.Families;

/// <summary>A family's settings, as far as whoever looks may change them.</summary>
public sealed record SettingsView
{
    /// <summary>The family's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its kind in the reader's language.</summary>
    public required string KindName { get; init; }

    /// <summary>The language of its mails.</summary>
    public required string Locale { get; init; }

    /// <summary>IANA zone.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The zones to choose from.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>The roles that invite others; empty where it is chosen for each person.</summary>
    public required IReadOnlyList<string> Inviters { get; init; }

    /// <summary>Whether the reader may change name, language and zone.</summary>
    public bool CanChange { get; init; }

    /// <summary>Whether the family is the reader's: they may hand it over, take it along and delete it.</summary>
    public bool IsOwner { get; init; }

    /// <summary>Who could take the family over.</summary>
    public IReadOnlyList<NextOwner> NextOwners { get; init; } = [];

    /// <summary>Why the reader cannot leave now.</summary>
    public StayReason Stay { get; init; }
}

/// <summary>Somebody who could take a family over.</summary>
/// <param name="Id">Their member id.</param>
/// <param name="Name">As the family calls them.</param>
public sealed record NextOwner(Guid Id, string Name);
