using System.Globalization;

namespace Kinvite.Delivery.Letters;

/// <summary>Cuts names where space is short.</summary>
internal static class Shorten
{
    /// <summary>Most characters, as people count them, of a name in a subject.</summary>
    public const int InSubject = 40;

    /// <summary>At most so many characters as people count them, the last of them an ellipsis when something was cut; no emoji or accent is torn apart.</summary>
    public static string To(string text, int characters)
    {
        var elements = StringInfo.ParseCombiningCharacters(text);
        return elements.Length <= characters ? text : text[..elements[characters - 1]].TrimEnd() + "…";
    }
}
