using System.Text;
using Kinvite.Http;

namespace Kinvite.Wording;

/// <summary>What somebody writes to the person they invite: at most 500 characters, with line breaks; never in a subject or a text message.</summary>
internal static class PersonalMessage
{
    public const int Length = 500;

    /// <summary>The message, trimmed; empty when there is nothing in it.</summary>
    public static Result<string> Parse(string? text)
    {
        if (text is null)
        {
            return "";
        }

        // Tabs come along when text is pasted; as spaces they do no harm.
        text = text.Replace('\t', ' ');
        if (!PlainText.IsClean(text, lines: true))
        {
            return Problem.Invalid("", "It has characters that cannot be shown; type it anew.");
        }

        var message = text.ReplaceLineEndings("\n").Trim().Normalize(NormalizationForm.FormC);
        return message.Length > Length ? Problem.Invalid("", "At most 500 characters.") : message;
    }

    /// <summary>A message that was checked before, as it is kept.</summary>
    public static string? OrNull(string? text) => Parse(text) is var parsed && !parsed.Refused(out _) && parsed.Value.Length > 0 ? parsed.Value : null;
}
