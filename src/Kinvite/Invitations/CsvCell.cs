namespace Kinvite.Invitations;

/// <summary>
/// A text of people in a file that a spreadsheet opens: one that begins like a formula is kept from being one by an apostrophe before it
/// (OWASP, CSV Injection), and read back without it.
/// </summary>
internal static class CsvCell
{
    // Full-width forms too: spreadsheets set to Japanese read them as the plain ones.
    private const string Begins = "=+-@\t\r\n＝＋－＠";

    public static string? Write(string? text) => IsFormula(text) ? $"'{text}" : text;

    public static string Read(string text) => text.StartsWith('\'') && IsFormula(text[1..]) ? text[1..] : text;

    // Spaces before it make no difference to a spreadsheet.
    private static bool IsFormula(string? text) =>
        text is { Length: > 0 } && (Begins.Contains(text[0], StringComparison.Ordinal) || (text.TrimStart() is { Length: > 0 } rest && Begins.Contains(rest[0], StringComparison.Ordinal)));
}
