using System.Text;

namespace Kinvite.Delivery.Letters;

/// <summary>
/// The plain-text twin: reads well aloud, one thought a paragraph. A code and each link stand alone on their lines; a quote never does,
/// so that nobody's message can pass for either.
/// </summary>
internal static class LetterText
{
    public static string Write(Letter letter, LetterFrame frame)
    {
        var text = new StringBuilder();
        Block(text, letter.Heading);
        foreach (var paragraph in letter.Paragraphs)
        {
            Block(text, paragraph);
        }

        if (letter.Quote is { } quote)
        {
            Block(text, $"{quote.By}:\n{string.Join('\n', quote.Lines.Select(l => $"> {l}".TrimEnd()))}");
        }

        if (letter.Code is { } code)
        {
            Block(text, code);
        }

        if (letter.Button is { } button)
        {
            Block(text, $"{button.Label}:\n{button.Url}");
        }

        foreach (var note in letter.Notes)
        {
            Block(text, note);
        }

        Block(text, letter.Why);
        if (letter.Stop is { } stop)
        {
            Block(text, $"{stop.Label}:\n{stop.Url}");
        }

        Block(text, frame.Automatic);
        foreach (var link in frame.Legal)
        {
            Block(text, $"{link.Label}:\n{link.Url}");
        }

        return text.ToString();
    }

    private static void Block(StringBuilder text, string block) => text.Append(text.Length == 0 ? "" : "\n").Append(block).Append('\n');
}
