using System.Buffers.Text;
using System.Net;
using System.Text;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Accounts;

/// <summary>A browser's way to a provider and back.</summary>
internal static class ProviderJourney
{
    public const string Start = "/sign-in/with/acme";

    /// <summary>The whole way; where it ends.</summary>
    public static async Task<string?> SignInAsync(Browser browser)
    {
        await browser.OpenAsync(await CallbackAsync(browser), follow: false);
        return browser.SeeOther;
    }

    /// <summary>To the provider, and the address that it sends the browser back to, without its host.</summary>
    public static async Task<string> CallbackAsync(Browser browser, string start = Start, params (string Name, string Value)[] fields)
    {
        await browser.OpenAsync(start == Start ? "/sign-in" : start[..start.IndexOf("/with/", StringComparison.Ordinal)]);
        await browser.PostAsync(start, TokenOf(browser, fields));
        var question = browser.SeeOther ?? throw new InvalidOperationException(browser.Text);
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var answer = await http.GetAsync(question);
        Assert.True(answer.StatusCode == HttpStatusCode.Found, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.PathAndQuery;
    }

    public static Dictionary<string, string> TokenOf(Browser browser, params (string Name, string Value)[] fields)
    {
        var all = fields.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);
        all["__RequestVerificationToken"] = browser.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        return all;
    }

    /// <summary>The claims of somebody else under the signature of these.</summary>
    public static string Changed(string token)
    {
        var payload = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[1]));
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload.Replace("olga-1", "admin-1", StringComparison.Ordinal)));
    }
}
