using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Kinvite.Harness;

/// <summary>What the development mailbox got, read as a person would: the newest message to an address, the code alone on its line, the link.</summary>
public sealed partial class DevelopmentMailbox(string directory)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Messages to an address or number, oldest first, as they are on disk.</summary>
    public IReadOnlyList<string> To(string recipient) =>
        Directory.Exists(directory)
            ? [.. new DirectoryInfo(directory).EnumerateFiles("*.eml")
                .OrderBy(f => f.LastWriteTimeUtc).ThenBy(f => f.Name, StringComparer.Ordinal)
                .Select(f => File.ReadAllText(f.FullName))
                .Where(text => text.Contains(recipient, StringComparison.OrdinalIgnoreCase))]
            : [];

    /// <summary>Waits until there are more than <paramref name="seen"/> messages to somebody, and gives the newest.</summary>
    public async Task<string> WaitForAsync(string recipient, int seen = 0)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(50))
        {
            if (To(recipient) is { } messages && messages.Count > seen)
            {
                return messages[^1];
            }
        }

        throw new TimeoutException($"No message number {seen + 1} to {recipient} within {Patience.TotalSeconds} s.");
    }

    /// <summary>The code that stands alone on a line.</summary>
    public static string CodeIn(string message) =>
        CodeLine().Match(message) is { Success: true } match ? match.Groups["code"].Value : throw new FormatException("The message has no code alone on a line:\n" + message);

    /// <summary>The address that stands alone on a line; soft line breaks of quoted-printable are undone.</summary>
    public static Uri LinkIn(string message)
    {
        var text = message.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
        return LinkLine().Match(text) is { Success: true } match ? new Uri(match.Groups["link"].Value) : throw new FormatException("The message has no link alone on a line:\n" + message);
    }

    [GeneratedRegex(@"^\s*(?<code>\d{6})\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CodeLine();

    [GeneratedRegex(@"^\s*(?<link>https?://\S+)\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LinkLine();
}
