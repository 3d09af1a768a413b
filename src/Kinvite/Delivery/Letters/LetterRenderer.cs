using System.Globalization;
using Kinvite.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Kinvite.Delivery.Letters;

/// <summary>Makes a mail of a letter, outside a request.</summary>
internal sealed class LetterRenderer(ILoggerFactory loggers, IStringLocalizer<LetterTexts> texts, IOptions<KinviteOptions> options)
{
    // A letter injects nothing: what it says is in its parameters.
    private static readonly IServiceProvider NoServices = new ServiceCollection().BuildServiceProvider();

    /// <param name="row">The outbox row.</param>
    /// <param name="to">The one recipient.</param>
    /// <param name="letter">What it says.</param>
    /// <param name="stopUrl">For mails that nobody asked for: one POST there ends them.</param>
    public async Task<OutgoingMail> RenderAsync(OutboxMessage row, MailParty to, Letter letter, Uri? stopUrl = null)
    {
        LetterCulture.Use(letter.Locale);
        var frame = new LetterFrame(texts["LinkInFull"], texts["Automatic"], Legal());
        await using var renderer = new HtmlRenderer(NoServices, loggers);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                [nameof(LetterHtml.Letter)] = letter,
                [nameof(LetterHtml.Frame)] = frame,
            });
            return (await renderer.RenderComponentAsync<LetterHtml>(parameters)).ToHtmlString();
        });
        return new()
        {
            Id = row.Id,
            To = to,
            Subject = letter.Subject,
            Html = html,
            Text = LetterText.Write(letter, frame),
            StopUrl = stopUrl,
        };
    }

    private List<LetterLink> Legal()
    {
        var legal = new List<LetterLink>();
        if (options.Value.TermsUrl is { } terms)
        {
            legal.Add(new(texts["Terms"], terms.AbsoluteUri));
        }

        if (options.Value.PrivacyUrl is { } privacy)
        {
            legal.Add(new(texts["Privacy"], privacy.AbsoluteUri));
        }

        return legal;
    }
}

/// <summary>The language of a letter: its reader's, not the request's or the server's.</summary>
internal static class LetterCulture
{
    /// <summary>Sets the language for the rest of the calling asynchronous method; it does not reach its caller.</summary>
    public static CultureInfo Use(string locale)
    {
        var culture = Of(locale);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, culture);
        return culture;
    }

    public static CultureInfo Of(string locale) =>
        CultureInfo.GetCultureInfo(locale.StartsWith("es", StringComparison.OrdinalIgnoreCase) ? "es" : "en");
}
