using System.Text;
using Kinvite.Addresses;
using Kinvite.Wording;

namespace Kinvite.Invitations;

/// <summary>One person in a list of addresses.</summary>
/// <param name="Text">What stands for the address.</param>
/// <param name="Address">The same as a mailbox; null when mail cannot go there.</param>
/// <param name="Name">Beside it, where it is a name.</param>
internal sealed record PastedAddress(string Text, EmailAddress? Address, string? Name = null);

/// <summary>
/// Addresses as people paste them: one on each line or with commas, semicolons or spaces between them, alone or with names in the ways of mail
/// programs and spreadsheets (<c>Nils &lt;n@example.org&gt;</c>, <c>"Berg, Nils" &lt;n@example.org&gt;</c>, <c>n@example.org (Nils)</c>, <c>Nils⇥n@example.org</c>).
/// </summary>
internal static class PastedAddresses
{
    /// <summary>Everybody once, in the order written.</summary>
    public static IReadOnlyList<PastedAddress> Read(string? pasted)
    {
        var people = new List<PastedAddress>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var piece in Pieces(pasted ?? ""))
        {
            people.AddRange(People(piece).Where(p => seen.Add(p.Address?.Key ?? p.Text)));
        }

        return people;
    }

    /// <summary>In the way in which it is read again.</summary>
    public static string Write(string address, string? name) =>
        string.IsNullOrEmpty(name) ? address : $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\" <{address}>";

    // A comma inside quotation marks or angle brackets belongs to the name; a line always ends.
    private static List<string> Pieces(string text)
    {
        var pieces = new List<string>();
        var piece = new StringBuilder();
        var (quoted, angled, before) = (false, false, '\n');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\n' or '\r' || (!quoted && !angled && c is ',' or ';' or '，' or '；'))
            {
                End(c);
                continue;
            }

            piece.Append(c);
            if (quoted && c == '\\' && i + 1 < text.Length && text[i + 1] is not ('\n' or '\r'))
            {
                piece.Append(text[++i]);
            }
            else if (c == '"')
            {
                // Only at the beginning: an inch sign or a nickname in the middle opens nothing.
                quoted = !quoted && piece.ToString().AsSpan().TrimStart().Length == 1;
            }
            else if (!quoted)
            {
                angled = c == '<' || (angled && c != '>');
            }
        }

        End('\n');
        return pieces;

        void End(char separator)
        {
            var next = piece.ToString().Trim();
            // "Berg, Nils <nils@example.org>": family name first, without quotation marks.
            if (before == ',' && pieces is [.., var last] && next.Contains('<', StringComparison.Ordinal) && !last.Contains('@', StringComparison.Ordinal))
            {
                (pieces[^1], next) = ($"{last}, {next}", "");
            }

            if (next.Length > 0)
            {
                pieces.Add(next);
            }

            piece.Clear();
            (quoted, angled, before) = (false, false, separator);
        }
    }

    private static IEnumerable<PastedAddress> People(string piece)
    {
        if (piece.EndsWith('>') && piece.LastIndexOf('<') is var open and >= 0)
        {
            return [Person(piece[(open + 1)..^1], piece[..open])];
        }

        if (piece.EndsWith(')') && piece.IndexOf('(', StringComparison.Ordinal) is var bracket and > 0 && piece[..bracket].Contains('@', StringComparison.Ordinal))
        {
            return [Person(piece[..bracket], piece[(bracket + 1)..^1])];
        }

        var words = piece.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > 1 && Array.TrueForAll(words, w => w.Contains('@', StringComparison.Ordinal)))
        {
            return words.Select(w => Person(w, null));
        }

        // A row of a spreadsheet: the name in one cell, the address in the other.
        return words.Length > 1 && words.Count(w => Mailbox(w) is not null) == 1
            ? [Person(words.Single(w => Mailbox(w) is not null), string.Join(' ', words.Where(w => Mailbox(w) is null)))]
            : [Person(piece, null)];
    }

    private static PastedAddress Person(string address, string? name)
    {
        var text = Bare(address);
        return new(text, EmailAddress.TryParse(text), NameIn(name));
    }

    private static EmailAddress? Mailbox(string text) => EmailAddress.TryParse(Bare(text));

    private static string Bare(string address)
    {
        var bare = address.Trim().Trim('\'', '"', '<', '>').Trim();
        return bare.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? bare["mailto:".Length..] : bare;
    }

    // What is no name (often the address once more) is left out: nobody typed it as one.
    private static string? NameIn(string? name)
    {
        var text = name?.Trim() ?? "";
        text = (text is ['"', .., '"'] && text.Length > 1 ? Unescaped(text.AsSpan(1, text.Length - 2)) : text.Trim('\'', '"')).Trim();
        return PersonName.Parse(text) is var parsed && parsed.Problem is null ? parsed.Value : null;
    }

    private static string Unescaped(ReadOnlySpan<char> quoted)
    {
        var text = new StringBuilder(quoted.Length);
        for (var i = 0; i < quoted.Length; i++)
        {
            text.Append(quoted[i] == '\\' && i + 1 < quoted.Length ? quoted[++i] : quoted[i]);
        }

        return text.ToString();
    }
}
