using System.Globalization;
using Kinvite.Accounts;
using Kinvite.Http;
using Microsoft.AspNetCore.Localization;

namespace Kinvite.Pages;

/// <summary>The languages of the pages, and which of them a request gets: the account's, else the one chosen on this device, else the browser's.</summary>
internal static class Languages
{
    public const string Cookie = "kinvite-language";

    /// <summary>Each by its own name, as its speakers look for it.</summary>
    public static readonly IReadOnlyList<Language> All = [new("en", "English"), new("es", "Español")];

    public static bool IsKnown(string? locale) => All.Any(l => l.Locale == locale);

    public static void Configure(RequestLocalizationOptions options)
    {
        var cultures = All.Select(l => CultureInfo.GetCultureInfo(l.Locale)).ToList();
        options.DefaultRequestCulture = new RequestCulture("en");
        options.SupportedCultures = cultures;
        options.SupportedUICultures = cultures;
        options.RequestCultureProviders =
        [
            new CustomRequestCultureProvider(static context => Task.FromResult(Chosen(context) is { } chosen ? new ProviderCultureResult(chosen) : null)),
            new AcceptLanguageHeaderRequestCultureProvider { Options = options },
        ];
    }

    /// <summary>Error pages are written outside the pipeline that sets the language: they set it again.</summary>
    public static void Use(HttpContext context)
    {
        var locale = Chosen(context) ?? Locales.Of(context.Request) ?? Locales.Default;
        var culture = CultureInfo.GetCultureInfo(locale);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, culture);
    }

    private static string? Chosen(HttpContext context)
    {
        var account = context.RequestServices.GetRequiredService<CurrentAccount>();
        var locale = account.IsSignedIn ? account.Locale : context.Request.Cookies[Cookie] ?? (account.IsChild ? account.Locale : null);
        return IsKnown(locale) ? locale : null;
    }
}

/// <summary>One language of the pages.</summary>
/// <param name="Locale">For example <c>es</c>.</param>
/// <param name="Name">In the language itself.</param>
public sealed record Language(string Locale, string Name);
