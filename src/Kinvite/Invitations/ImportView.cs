namespace Kinvite.Invitations;

/// <summary>A file with people, read but not sent.</summary>
public sealed record ImportView
{
    /// <summary>The family's id.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>What can be chosen for all of them.</summary>
    public required InviteChoices Choices { get; init; }

    /// <summary>One for each person; empty until a file was read.</summary>
    public IReadOnlyList<ImportRow> Rows { get; init; } = [];

    /// <summary>Headers of columns that were not used.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Why the file has no rows, by its name.</summary>
    public string? Trouble { get; init; }

    /// <summary>The rows that are right, in the form in which they are read again.</summary>
    public string Ready { get; init; } = "";

    /// <summary>How many those are.</summary>
    public int ReadyCount => Rows.Count(r => r.Faults.Count == 0);
}

/// <summary>One person of the file.</summary>
/// <param name="Line">Its line, as a spreadsheet counts.</param>
/// <param name="Address">The mailbox or the number as it stands there; may be empty.</param>
/// <param name="Name">The name.</param>
/// <param name="RoleName">The role in the reader's language; null where the file says none.</param>
/// <param name="AccessUntil">When access ends.</param>
/// <param name="Faults">What is wrong, by its name, with what stands in the cell.</param>
public sealed record ImportRow(int Line, string Address, string? Name, string? RoleName, DateTimeOffset? AccessUntil, IReadOnlyList<(string Problem, string Cell)> Faults);
