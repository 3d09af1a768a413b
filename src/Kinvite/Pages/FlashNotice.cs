using System.Security.Cryptography;
using System.Text.Json;
using Kinvite.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Kinvite.Pages;

/// <summary>
/// What the next page says after a form: the key of a text and its arguments in an encrypted cookie, for one minute, shown once.
/// No free text: nobody can put words of their own into a page.
/// </summary>
internal sealed class FlashNotice(
    IDataProtectionProvider protection, IStringLocalizer<NoticeTexts> texts, IOptions<KinviteOptions> options, TimeProvider clock)
{
    public const string Cookie = "kinvite-notice";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);
    private readonly IDataProtector protector = protection.CreateProtector("Kinvite.Pages.FlashNotice");

    /// <summary>For the page that the browser is sent to next.</summary>
    public void Write(HttpContext context, NoticeKey key, params string[] arguments)
    {
        var note = new Note(key.Key, key.Kind, arguments, clock.Now() + Life);
        context.Response.Cookies.Append(Cookie, protector.Protect(JsonSerializer.Serialize(note)), CookieFor(Life));
    }

    /// <summary>The notice that waits, and no longer waits after this; null when there is none, or it is forged or old.</summary>
    public NoticeText? Take(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } cookie)
        {
            return null;
        }

        if (!context.Response.HasStarted)
        {
            context.Response.Cookies.Delete(Cookie, CookieFor(maxAge: null));
        }

        return Read(cookie) is { } note && note.Until > clock.Now()
            ? new NoticeText(note.Kind, texts[note.Key, [.. note.Arguments]])
            : null;
    }

    private Note? Read(string cookie)
    {
        try
        {
            return JsonSerializer.Deserialize<Note>(protector.Unprotect(cookie));
        }
        catch (Exception e) when (e is CryptographicException or JsonException or FormatException)
        {
            return null;
        }
    }

    private CookieOptions CookieFor(TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        Secure = options.Value.PublicUrl is { Scheme: "https" },
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = maxAge,
        IsEssential = true,
    };

    private sealed record Note(string Key, NoticeKind Kind, string[] Arguments, DateTimeOffset Until);
}

/// <summary>How a notice looks and how loudly it is read out.</summary>
public enum NoticeKind
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>It worked.</summary>
    Done,

    /// <summary>Something waits or needs a look.</summary>
    Waiting,

    /// <summary>It did not work, or something is lost.</summary>
    Trouble,
}

/// <summary>A notice in the reader's language.</summary>
/// <param name="Kind">How it looks.</param>
/// <param name="Text">One or two sentences.</param>
public sealed record NoticeText(NoticeKind Kind, string Text);

/// <summary>A text of <c>NoticeTexts.resx</c>; all of them stand in <see cref="Notices"/>.</summary>
internal sealed record NoticeKey(string Key, NoticeKind Kind);
