namespace Kinvite.Accounts;

/// <summary>What a session's device is called on a page: enough to tell the phone from the laptop. A guess; it decides nothing.</summary>
internal static class DeviceName
{
    // In this order: each also names those below it.
    private static readonly (string Sign, string Name)[] Programs =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari")];

    private static readonly (string Sign, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux")];

    /// <summary><c>Firefox · Android</c>; the first word for a program of another sort; null when nothing is known.</summary>
    public static string? Of(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent))
        {
            return null;
        }

        var (program, system) = (Find(Programs, userAgent), Find(Systems, userAgent));
        return (program, system) switch
        {
            (not null, not null) => $"{program} · {system}",
            (null, null) => new string([.. userAgent.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_')]) is { Length: > 0 } word ? word : null,
            _ => program ?? system,
        };
    }

    private static string? Find((string Sign, string Name)[] known, string userAgent) =>
        known.FirstOrDefault(k => userAgent.Contains(k.Sign, StringComparison.Ordinal)).Name;
}
