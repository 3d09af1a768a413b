using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Pages;

/// <summary>A browser without scripts: keeps cookies, asks for HTML, sends the forms that it was shown.</summary>
internal sealed class Browser : IDisposable
{
    private readonly Person person;

    public Browser(KinviteApp app, string language = "en")
    {
        person = app.NewPerson();
        person.Client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        person.Client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
    }

    public HttpClient Client => person.Client;

    public CookieContainer Cookies => person.Cookies;

    /// <summary>The page that is open.</summary>
    public IHtmlDocument Page { get; private set; } = null!;

    public HttpStatusCode Status { get; private set; }

    /// <summary>Where the last answer sends one; null when it is a page.</summary>
    public string? SeeOther { get; private set; }

    public string Text => string.Join(' ', Page.QuerySelector("main")!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Opens a page; redirects are followed when <paramref name="follow"/> says so.</summary>
    public async Task OpenAsync(string path, bool follow = true)
    {
        await TakeAsync(await Client.GetAsync(path));
        if (follow && SeeOther is { } next)
        {
            await OpenAsync(next);
        }
    }

    /// <summary>Sends the page's form with this action, as it stands there, with some fields filled in.</summary>
    public async Task SendAsync(string action, params (string Name, string Value)[] typed)
    {
        var form = Page.QuerySelectorAll("form").First(f => f.GetAttribute("action") == action);
        var fields = form.QuerySelectorAll("input[name]").OfType<IHtmlInputElement>()
            .Where(i => i.Type is not ("checkbox" or "radio") || i.IsChecked)
            .ToDictionary(i => i.Name!, i => i.Value, StringComparer.Ordinal);
        foreach (var (name, value) in typed)
        {
            fields[name] = value;
        }

        await PostAsync(action, fields);
    }

    public async Task PostAsync(string path, IEnumerable<KeyValuePair<string, string>> fields) =>
        await TakeAsync(await Client.PostAsync(path, new FormUrlEncodedContent(fields)));

    /// <summary>A form with a file in it.</summary>
    public async Task SendAsync(string path, MultipartFormDataContent form) => await TakeAsync(await Client.PostAsync(path, form));

    public async Task FollowAsync() => await OpenAsync(SeeOther ?? throw new InvalidOperationException("The last answer was a page:\n" + Text));

    public void Dispose() => person.Dispose();

    private async Task TakeAsync(HttpResponseMessage response)
    {
        using (response)
        {
            Status = response.StatusCode;
            SeeOther = Status == HttpStatusCode.SeeOther ? response.Headers.Location!.ToString() : null;
            Page = await new HtmlParser().ParseDocumentAsync(await response.Content.ReadAsStringAsync());
        }
    }
}
