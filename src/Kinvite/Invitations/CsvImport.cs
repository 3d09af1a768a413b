using System.Globalization;
using System.Text;
using CsvHelper;
using Kinvite.Addresses;
using Kinvite.Kinds;
using Kinvite.Wording;

namespace Kinvite.Invitations;

/// <summary>
/// A file with people to invite, read before anything is asked of the family: commas, semicolons or tabs, quoted or not, with a header in English or
/// Spanish, or (none) with addresses in one column and names beside them. Who has a mailbox and a number is written to. Columns that it does not
/// know are left alone.
/// </summary>
/// <param name="Rows">One for each person, in the file's order.</param>
/// <param name="Ignored">Headers of columns that were not used.</param>
/// <param name="Trouble">Why there are no rows.</param>
internal sealed record CsvImport(IReadOnlyList<CsvRow> Rows, IReadOnlyList<string> Ignored, CsvTrouble? Trouble = null)
{
    /// <summary>People in one file: as many as one call takes.</summary>
    public const int MostRows = InviteDraft.MostEntries;

    private const string Email = "email", Phone = "phone", Name = "name", Role = "role", AccessUntil = "accessUntil", Language = "language";

    // Folded: lower case, no accents, letters only.
    private static readonly Dictionary<string, string> Headers = new(StringComparer.Ordinal)
    {
        ["email"] = Email,
        ["emailaddress"] = Email,
        ["mail"] = Email,
        ["address"] = Email,
        ["correo"] = Email,
        ["correoelectronico"] = Email,
        ["direccion"] = Email,
        ["direcciondecorreo"] = Email,
        ["phone"] = Phone,
        ["phonenumber"] = Phone,
        ["telephone"] = Phone,
        ["mobile"] = Phone,
        ["mobilenumber"] = Phone,
        ["cell"] = Phone,
        ["telefono"] = Phone,
        ["movil"] = Phone,
        ["celular"] = Phone,
        ["numerodetelefono"] = Phone,
        ["name"] = Name,
        ["fullname"] = Name,
        ["displayname"] = Name,
        ["nombre"] = Name,
        ["nombrecompleto"] = Name,
        ["nombreyapellidos"] = Name,
        ["role"] = Role,
        ["rol"] = Role,
        ["papel"] = Role,
        ["accessuntil"] = AccessUntil,
        ["until"] = AccessUntil,
        ["accesohasta"] = AccessUntil,
        ["hasta"] = AccessUntil,
        ["language"] = Language,
        ["locale"] = Language,
        ["idioma"] = Language,
        ["lengua"] = Language,
    };

    private static readonly Dictionary<string, string> Languages = new(StringComparer.Ordinal)
    {
        ["en"] = "en",
        ["english"] = "en",
        ["ingles"] = "en",
        ["es"] = "es",
        ["spanish"] = "es",
        ["espanol"] = "es",
    };

    /// <summary>Reads a file as it was uploaded.</summary>
    /// <param name="file">All of its bytes.</param>
    /// <param name="kind">Whose roles are known, by key or by name in any language.</param>
    /// <param name="texts">Whether a text can go to a number.</param>
    /// <param name="timeZone">Where a day ends: the inviter's.</param>
    /// <param name="now">The clock.</param>
    public static CsvImport Read(ReadOnlySpan<byte> file, FamilyKind kind, Predicate<PhoneNumber> texts, string timeZone, DateTimeOffset now)
    {
        if (Decode(file) is not { } text)
        {
            return Of(CsvTrouble.NotText);
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            return Of(CsvTrouble.Empty);
        }

        if (Cells(text) is not { } lines)
        {
            return Of(CsvTrouble.Garbled);
        }

        if (lines.Count == 0)
        {
            return Of(CsvTrouble.Empty);
        }

        var (columns, ignored, hasHeader) = Columns(lines[0].Cells);
        var people = hasHeader ? lines.Skip(1).ToList() : lines;
        return !columns.ContainsKey(Email) && !columns.ContainsKey(Phone) ? Of(CsvTrouble.NoAddresses)
            : people.Count == 0 ? Of(CsvTrouble.Empty)
            : people.Count > MostRows ? Of(CsvTrouble.TooMany)
            : new(People(people, columns, kind, texts, timeZone, now), ignored);
    }

    private static CsvImport Of(CsvTrouble trouble) => new([], [], trouble);

    // Spreadsheets write UTF-8 with a mark or without, UTF-16, or the old western code page; zeros are in none of their texts.
    private static string? Decode(ReadOnlySpan<byte> file)
    {
        var text = file switch
        {
            [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8.GetString(file[3..]),
            [0xFF, 0xFE, ..] => Encoding.Unicode.GetString(file[2..]),
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode.GetString(file[2..]),
            _ when System.Text.Unicode.Utf8.IsValid(file) => Encoding.UTF8.GetString(file),
            _ => Encoding.Latin1.GetString(file),
        };
        return text.AsSpan().ContainsAnyInRange('\u0000', '\u0008') ? null : text;
    }

    private static List<(int Line, string[] Cells)>? Cells(string text)
    {
        var garbled = false;
        using var reader = CsvReader.FromText(text, new()
        {
            HasHeader = false,
            TrimWhitespace = true,
            TrackLineNumbers = true,
            OnMalformedRecord = record => garbled |= record.Reason == CsvMalformedReason.UnterminatedQuote,
        });
        var lines = new List<(int, string[])>();
        // One row more than is taken, and the header: enough to say that it is too many.
        while (lines.Count < MostRows + 2 && reader.Read())
        {
            var cells = Enumerable.Range(0, reader.FieldCount).Select(i => CsvCell.Read(reader.GetString(i).Trim())).ToArray();
            if (Array.Exists(cells, c => c.Length > 0))
            {
                lines.Add(((int)reader.LineNumber, cells));
            }
        }

        return garbled ? null : lines;
    }

    private static (Dictionary<string, int> Columns, List<string> Ignored, bool HasHeader) Columns(string[] first)
    {
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        if (Array.FindIndex(first, c => EmailAddress.TryParse(c) is not null || PhoneNumber.TryParse(c) is not null) is var address and >= 0)
        {
            columns[PhoneNumber.TryParse(first[address]) is null ? Email : Phone] = address;
            if (first.Length == 2)
            {
                columns[Name] = 1 - address;
            }

            return (columns, [], false);
        }

        var ignored = new List<string>();
        for (var i = 0; i < first.Length; i++)
        {
            if (!Headers.TryGetValue(Fold(first[i]), out var known) || !columns.TryAdd(known, i))
            {
                ignored.Add(first[i]);
            }
        }

        ignored.RemoveAll(string.IsNullOrWhiteSpace);
        return (columns, ignored, true);
    }

    private static List<CsvRow> People(List<(int Line, string[] Cells)> people, Dictionary<string, int> columns, FamilyKind kind, Predicate<PhoneNumber> texts, string timeZone, DateTimeOffset now)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var rows = new List<CsvRow>(people.Count);
        foreach (var (line, cells) in people)
        {
            string Cell(string column) => columns.TryGetValue(column, out var at) && at < cells.Length ? cells[at] : "";
            var faults = new List<CsvFault>();
            void Fault(CsvProblem problem, string column) => faults.Add(new(problem, Cell(column) is { Length: > 60 } cell ? cell[..60] : Cell(column)));

            var by = Cell(Email).Length == 0 && Cell(Phone).Length > 0 ? Phone : Email;
            ContactAddress? to = by == Phone ? PhoneNumber.TryParse(Cell(Phone)) : EmailAddress.TryParse(Cell(Email));
            if (to is null)
            {
                Fault(Cell(by).Length == 0 ? CsvProblem.AddressMissing : by == Phone ? CsvProblem.Phone : CsvProblem.Address, by);
            }
            else if (!seen.Add(to.Key))
            {
                Fault(CsvProblem.Repeated, by);
            }
            else if (to is PhoneNumber number && !texts(number))
            {
                Fault(CsvProblem.Texts, by);
            }

            if (Cell(Name).Length > 0 && PersonName.Parse(Cell(Name)).Problem is not null)
            {
                Fault(CsvProblem.Name, Name);
            }

            var role = RoleOf(Cell(Role), kind);
            if (role is null && Cell(Role).Length > 0)
            {
                Fault(CsvProblem.Role, Role);
            }

            var until = EndOf(Cell(AccessUntil), timeZone);
            if (Cell(AccessUntil).Length > 0 && !(until > now))
            {
                Fault(CsvProblem.AccessUntil, AccessUntil);
            }

            var locale = Languages.GetValueOrDefault(Fold(Cell(Language)));
            if (locale is null && Cell(Language).Length > 0)
            {
                Fault(CsvProblem.Language, Language);
            }

            var entry = faults.Count > 0 ? null : new InviteEntry((to as EmailAddress)?.Value, (to as PhoneNumber)?.Value, Name: Cell(Name).Length > 0 ? Cell(Name) : null, Role: role, AccessUntil: until, Locale: locale);
            rows.Add(new(line, Cell(by), entry, faults));
        }

        return rows;
    }

    private static string? RoleOf(string cell, FamilyKind kind)
    {
        var wanted = Fold(cell);
        return wanted.Length == 0
            ? null
            : kind.Roles.FirstOrDefault(r => r.Invitable && (Fold(r.Key) == wanted || r.Name.ByLanguage.Values.Any(name => Fold(name) == wanted)))?.Key;
    }

    private static DateTimeOffset? EndOf(string cell, string timeZone) => LastDay.EndOf(cell, timeZone)
        ?? (cell.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(cell, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) ? instant : null);

    private static string Fold(string text) => string.Concat(
        text.Normalize(NormalizationForm.FormD).Where(c => char.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && char.IsLetter(c))).ToLowerInvariant();
}
