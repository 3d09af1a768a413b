namespace Kinvite.Delivery.Texts;

/// <summary>
/// What a text costs: 160 characters of the GSM 7-bit alphabet in one segment, 153 in each of several, where those of the extension table take
/// two places; with any other character 70 and 67 UTF-16 units (3GPP TS 23.038 §6.2.1, TS 23.040 §9.2.3.24.1).
/// </summary>
internal static class TextSegments
{
    private const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private const string Extension = "\f^{}\\[~]|€";

    /// <summary>Places that the text takes in the 7-bit alphabet; null when it does not fit into it.</summary>
    public static int? Septets(string text)
    {
        var places = 0;
        foreach (var c in text)
        {
            if (Basic.Contains(c, StringComparison.Ordinal))
            {
                places++;
            }
            else if (Extension.Contains(c, StringComparison.Ordinal))
            {
                places += 2;
            }
            else
            {
                return null;
            }
        }

        return places;
    }

    /// <summary>How many segments are paid for.</summary>
    public static int Count(string text) => Septets(text) is { } places
        ? places <= 160 ? 1 : (places + 152) / 153
        : text.Length <= 70 ? 1 : (text.Length + 66) / 67;
}
