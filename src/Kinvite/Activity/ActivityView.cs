namespace Kinvite.Activity;

/// <summary>What happened in a family, as sentences by day.</summary>
public sealed record ActivityView
{
    /// <summary>The family's id.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>Its name.</summary>
    public required string FamilyName { get; init; }

    /// <summary>Whom the reader can choose to see alone, by name.</summary>
    public IReadOnlyList<ActivityPerson> People { get; init; } = [];

    /// <summary>Whom they chose; null for everybody.</summary>
    public Guid? Chosen { get; init; }

    /// <summary>That person's name; null for everybody, and for somebody who is gone.</summary>
    public string? ChosenName { get; init; }

    /// <summary>Newest first, in the reader's zone.</summary>
    public required IReadOnlyList<ActivityDay> Days { get; init; }

    /// <summary>Whether this is not the newest page.</summary>
    public bool IsLater { get; init; }

    /// <summary>Where older ones go on; null at the end.</summary>
    public string? Next { get; init; }
}

/// <summary>Somebody in the family.</summary>
/// <param name="Id">The member's id.</param>
/// <param name="Name">As the family calls them.</param>
public sealed record ActivityPerson(Guid Id, string Name);

/// <summary>One day.</summary>
/// <param name="Date">In the reader's zone.</param>
/// <param name="Lines">Newest first.</param>
public sealed record ActivityDay(DateOnly Date, IReadOnlyList<ActivityLine> Lines);

/// <summary>One thing that happened.</summary>
/// <param name="Sentence">In the reader's language.</param>
/// <param name="At">When.</param>
public sealed record ActivityLine(string Sentence, DateTimeOffset At);
