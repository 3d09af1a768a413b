using System.Globalization;
using System.Text.RegularExpressions;
using Kinvite.Accounts;
using Kinvite.Pages;
using Microsoft.Extensions.Localization;

namespace Kinvite.Http;

/// <summary>Marks the sentences of <c>ProblemSentences.resx</c>, each found under its own English words.</summary>
internal sealed class ProblemSentences;

/// <summary>
/// Title and detail of a problem in the caller's language: the one that <c>Accept-Language</c> asks for, else the account's, else English, in which
/// the code has them (RFC 9457 §3.1.3). What is wrong with a field is said as on the pages. Codes and field names are the same in every language.
/// </summary>
internal sealed partial class ProblemLanguage(IStringLocalizer<ProblemSentences> sentences, ProblemWords words, CurrentAccount account)
{
    /// <summary>Says in the answer which language it is in, and what that hangs on (RFC 9110 §8.5, §12.5.5).</summary>
    public Problem In(HttpContext http, Problem problem)
    {
        var locale = LocaleOf(http);
        http.Response.Headers.ContentLanguage = locale;
        http.Response.Headers.Append("Vary", "Accept-Language");
        return Say(problem, locale);
    }

    /// <summary>The language that a caller gets.</summary>
    public string LocaleOf(HttpContext http) => Locales.Of(http.Request) ?? (account.IsSignedIn && Locales.Knows(account.Locale) ? account.Locale : Locales.Default);

    /// <summary>The same problem in that language.</summary>
    public Problem Say(Problem problem, string locale)
    {
        if (locale == Locales.Default)
        {
            return problem;
        }

        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(locale);
        try
        {
            var fields = problem.Errors is null ? FormFaults.None : words.Faults(problem);
            return problem with
            {
                Title = Find(problem.Title) ?? words.Say(problem),
                Detail = Find(problem.Detail) ?? words.Say(problem),
                Errors = problem.Errors?.ToDictionary(
                    e => e.Key, e => e.Value.Select(message => Find(message) ?? fields[ProblemWords.FieldOf(e.Key)]!).Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal),
            };
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    /// <summary>How a sentence is kept: its numbers may be others each time.</summary>
    internal static string KeyOf(string sentence)
    {
        var next = 0;
        return Number().Replace(sentence, _ => string.Create(CultureInfo.InvariantCulture, $"{{{next++}}}"));
    }

    private string? Find(string sentence)
    {
        var text = sentences[KeyOf(sentence), [.. Number().Matches(sentence).Select(m => m.Value)]];
        return text.ResourceNotFound ? null : text.Value;
    }

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
