using System.Globalization;
using System.Text;
using QRCoder;

namespace Kinvite.Invitations;

/// <summary>A square code as one SVG path: a fifth of the size that a rectangle for each module would have.</summary>
/// <param name="Size">Modules in a row, with the quiet zone of 4 around (ISO/IEC 18004).</param>
/// <param name="Path">The dark modules, run by run.</param>
public sealed record QrPath(int Size, string Path)
{
    /// <summary>For a text, such as a link.</summary>
    internal static QrPath Of(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = data.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows.Count; x++)
            {
                if (!rows[y][x])
                {
                    continue;
                }

                var start = x;
                while (x < rows.Count && rows[y][x])
                {
                    x++;
                }

                path.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1h-{x - start}z");
            }
        }

        return new(rows.Count, path.ToString());
    }
}
