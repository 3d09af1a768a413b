using System.Security.Cryptography;
using System.Text;

namespace Kinvite.Delivery.Letters;

/// <summary>The look of a letter: the pages' paper, ink and green, with a dark set of its own. No image, no font, nothing fetched.</summary>
internal static class LetterStyle
{
    /// <summary>One style element and no style attributes, so that the mailbox page can allow exactly this by its hash.</summary>
    public const string Css = """
        :root{color-scheme:light dark}
        body{margin:0;padding:24px 12px;background:#f7f2e8;color:#2a2520;font:17px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        .sheet{max-width:560px;margin:0 auto;padding:28px 24px;background:#fffdf8;border:1px solid #e4dac8;border-radius:16px}
        h1{margin:0 0 16px;font-size:24px;line-height:1.25}
        p{margin:0 0 16px}
        blockquote{margin:0 0 16px;padding:12px 16px;background:#f4eee1;border-radius:12px}
        .by{font-size:15px;color:#5c5346}
        .code{font-size:34px;font-weight:700;letter-spacing:6px;line-height:1.2}
        .button{display:inline-block;padding:13px 26px;border-radius:12px;background:#1f5c43;color:#fff;font-weight:600;text-decoration:none}
        .full{overflow-wrap:anywhere}
        a{color:#1f5c43}
        .small{font-size:15px;color:#5c5346}
        @media (prefers-color-scheme:dark){
        body{background:#1b1814;color:#f1eadd}
        .sheet{background:#25211b;border-color:#3d362c}
        blockquote{background:#2f2a22}
        .button{background:#8fd0b0;color:#10231a}
        a{color:#9cd8ba}
        .by,.small{color:#c9bfae}
        }
        """;

    /// <summary>As a CSP source.</summary>
    public static readonly string CspHash = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css)))}'";
}
