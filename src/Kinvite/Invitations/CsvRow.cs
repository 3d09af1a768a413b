namespace Kinvite.Invitations;

/// <summary>What is wrong with a file as a whole.</summary>
internal enum CsvTrouble
{
    /// <summary>Nothing in it.</summary>
    Empty,

    /// <summary>Not a text: a spreadsheet's own format, a picture.</summary>
    NotText,

    /// <summary>A quotation mark that never ends, or something else that cannot be told apart into cells.</summary>
    Garbled,

    /// <summary>No column of addresses.</summary>
    NoAddresses,

    /// <summary>More people than one call takes.</summary>
    TooMany,
}

/// <summary>What is wrong with one row.</summary>
internal enum CsvProblem
{
    /// <summary>No address in it.</summary>
    AddressMissing,

    /// <summary>Mail cannot be sent to this.</summary>
    Address,

    /// <summary>Not a phone number with its country.</summary>
    Phone,

    /// <summary>No text can be sent there from here, for now or at all.</summary>
    Texts,

    /// <summary>The same address as in a row above.</summary>
    Repeated,

    /// <summary>Not a name: too long, with a link or a phone number.</summary>
    Name,

    /// <summary>No role that can be given here.</summary>
    Role,

    /// <summary>Not a day in the future.</summary>
    AccessUntil,

    /// <summary>Not a language that is spoken here.</summary>
    Language,
}

/// <summary>One fault of a row.</summary>
/// <param name="Problem">What is wrong.</param>
/// <param name="Cell">What stands there, cut to 60 characters.</param>
internal sealed record CsvFault(CsvProblem Problem, string Cell);

/// <summary>One person of a file.</summary>
/// <param name="Line">Its line, as a spreadsheet counts.</param>
/// <param name="Address">The mailbox or the number as it stands there; empty when there is none.</param>
/// <param name="Entry">The same as an entry of a request; null while something is wrong.</param>
/// <param name="Faults">What is wrong, by column.</param>
internal sealed record CsvRow(int Line, string Address, InviteEntry? Entry, IReadOnlyList<CsvFault> Faults);
