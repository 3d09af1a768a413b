using System.Globalization;

namespace Kinvite.Kinds;

/// <summary>A text in several languages; English is always there.</summary>
internal sealed class LocalText(IReadOnlyDictionary<string, string> byLanguage)
{
    public IReadOnlyDictionary<string, string> ByLanguage { get; } = byLanguage;

    /// <summary>In the given language, else in English.</summary>
    public string In(CultureInfo culture)
    {
        for (var c = culture; !string.IsNullOrEmpty(c.Name); c = c.Parent)
        {
            if (ByLanguage.TryGetValue(c.Name, out var text))
            {
                return text;
            }
        }

        return ByLanguage["en"];
    }

    /// <summary>In the language of the current request.</summary>
    public override string ToString() => In(CultureInfo.CurrentUICulture);
}
