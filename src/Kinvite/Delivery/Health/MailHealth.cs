namespace Kinvite.Delivery.Health;

/// <summary>How a record that receivers look for stands.</summary>
public enum MailRecord
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>There, but it asks receivers for nothing.</summary>
    Weak,

    /// <summary>Not there.</summary>
    Missing,

    /// <summary>There, and receivers treat it as an error.</summary>
    Broken,

    /// <summary>The name servers did not answer.</summary>
    Unanswered,

    /// <summary>Nothing to look for: the selector is not known, or no mail leaves this server.</summary>
    Unknown,
}

/// <summary>One record that receivers look for.</summary>
/// <param name="Record">How it stands.</param>
/// <param name="Name">Where it was looked for: <c>_dmarc.example.org</c>.</param>
/// <param name="Text">What is there; shortened.</param>
public sealed record MailFinding(MailRecord Record, string Name, string? Text);

/// <summary>What receivers find in the name system about the sender's domain. Only what can be seen from outside: whether the mail server signs is its own affair.</summary>
/// <param name="Domain">Of the sender.</param>
/// <param name="Spf">RFC 7208.</param>
/// <param name="Dkim">RFC 6376, where the selector is known.</param>
/// <param name="Dmarc">RFC 7489.</param>
public sealed record MailHealth(string Domain, MailFinding Spf, MailFinding Dkim, MailFinding Dmarc);

/// <summary>Judges the records; pure.</summary>
internal static class MailRecords
{
    private const int Shown = 300;

    /// <param name="name">Where it was looked for.</param>
    /// <param name="texts">All TXT records there; null when nobody answered.</param>
    public static MailFinding Spf(string name, IReadOnlyList<string>? texts)
    {
        var records = texts?.Where(t => IsVersion(t, "v=spf1", ' ')).ToList();
        if (records is not [var record])
        {
            return None(name, records);
        }

        var terms = record.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        var all = terms.LastOrDefault(t => t.TrimStart('+', '-', '~', '?').Equals("all", StringComparison.OrdinalIgnoreCase));
        var verdict = all switch
        {
            null => terms.Any(t => t.StartsWith("redirect=", StringComparison.OrdinalIgnoreCase)) ? MailRecord.Good : MailRecord.Weak,
            ['-' or '~', ..] => MailRecord.Good,
            ['?', ..] => MailRecord.Weak,
            _ => MailRecord.Broken, // everybody may send in this name
        };
        return Found(verdict, name, record);
    }

    /// <inheritdoc cref="Spf"/>
    public static MailFinding Dkim(string name, IReadOnlyList<string>? texts)
    {
        var records = texts?.Where(t => Tags(t).ContainsKey("p")).ToList();
        return records is not [var record] ? None(name, records) : Found(Tags(record)["p"].Length > 0 ? MailRecord.Good : MailRecord.Broken, name, record);
    }

    /// <param name="name">Where it was looked for.</param>
    /// <param name="texts">All TXT records there; null when nobody answered.</param>
    /// <param name="ofParent">It stands at a domain above the sender's, whose <c>sp</c> counts.</param>
    public static MailFinding Dmarc(string name, IReadOnlyList<string>? texts, bool ofParent)
    {
        var records = texts?.Where(t => IsVersion(t, "v=DMARC1", ';')).ToList();
        if (records is not [var record])
        {
            return None(name, records);
        }

        var tags = Tags(record);
        var policy = ofParent && tags.TryGetValue("sp", out var sub) ? sub : tags.GetValueOrDefault("p");
        var verdict = policy?.ToLowerInvariant() switch
        {
            "quarantine" or "reject" => MailRecord.Good,
            "none" => MailRecord.Weak,
            _ => MailRecord.Broken,
        };
        return Found(verdict, name, record);
    }

    private static MailFinding None(string name, List<string>? records) =>
        records is null ? new(MailRecord.Unanswered, name, null)
        : records.Count == 0 ? new(MailRecord.Missing, name, null)
        : Found(MailRecord.Broken, name, string.Join(" | ", records)); // two are as bad as none (RFC 7208 §4.5, RFC 7489 §6.6.3)

    private static MailFinding Found(MailRecord verdict, string name, string text) => new(verdict, name, text.Length <= Shown ? text : text[..Shown] + "…");

    // The whole word: "v=spf10" is none.
    private static bool IsVersion(string text, string version, char next)
    {
        text = text.Trim();
        return text.StartsWith(version, StringComparison.OrdinalIgnoreCase) && (text.Length == version.Length || text[version.Length] == next || text[version.Length] == ' ');
    }

    private static Dictionary<string, string> Tags(string text)
    {
        var tags = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var tag in text.Split(';'))
        {
            if (tag.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
            {
                tags.TryAdd(tag[..at].Trim(), tag[(at + 1)..].Trim());
            }
        }

        return tags;
    }
}
