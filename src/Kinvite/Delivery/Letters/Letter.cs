namespace Kinvite.Delivery.Letters;

/// <summary>
/// What a mail says, in its reader's language. Features fill it in; <see cref="LetterHtml"/> and <see cref="LetterText"/> write it twice,
/// so the plain-text twin never says something else.
/// </summary>
public sealed record Letter
{
    /// <summary><c>en</c> or <c>es</c>: of the person who reads it.</summary>
    public required string Locale { get; init; }

    /// <summary>Of what people typed only names of family and inviter.</summary>
    public required string Subject { get; init; }

    /// <summary>The first line inside.</summary>
    public required string Heading { get; init; }

    /// <summary>What has happened and what can be done.</summary>
    public IReadOnlyList<string> Paragraphs { get; init; } = [];

    /// <summary>Somebody's own words.</summary>
    public LetterQuote? Quote { get; init; }

    /// <summary>Six digits; alone on their line.</summary>
    public string? Code { get; init; }

    /// <summary>The one thing to press.</summary>
    public LetterLink? Button { get; init; }

    /// <summary>Below the button: until when it works and the like.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why one gets this mail.</summary>
    public required string Why { get; init; }

    /// <summary>The way out for somebody who should not have got it.</summary>
    public LetterLink? Stop { get; init; }
}

/// <summary>Something to open.</summary>
/// <param name="Label">What it does, as a verb.</param>
/// <param name="Url">Absolute.</param>
public sealed record LetterLink(string Label, string Url);

/// <summary>What somebody typed, shown as theirs.</summary>
/// <param name="By">Who wrote it.</param>
/// <param name="Text">As typed; may have several lines.</param>
public sealed record LetterQuote(string By, string Text)
{
    /// <summary>Its lines, without white space at their ends.</summary>
    public IEnumerable<string> Lines => Text.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd());
}

/// <summary>Marks the texts that all letters share (<c>LetterTexts.resx</c>).</summary>
internal sealed class LetterTexts;
