using Kinvite.Links;

namespace Kinvite.Invitations;

/// <summary>What people paste: the whole link, the link in the middle of a message, or its last part alone.</summary>
internal static class LinkText
{
    /// <summary>The first run of characters that has the shape of a token; whether it is one is for the key ring to say.</summary>
    public static string? TokenIn(string? pasted)
    {
        if (pasted is null)
        {
            return null;
        }

        var start = 0;
        for (var at = 0; at <= pasted.Length; at++)
        {
            if (at < pasted.Length && (char.IsAsciiLetterOrDigit(pasted[at]) || pasted[at] is '-' or '_'))
            {
                continue;
            }

            if (at - start == LinkToken.Length)
            {
                return pasted[start..at];
            }

            start = at + 1;
        }

        return null;
    }
}
