using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace Kinvite.Harness;

/// <summary>Somebody with a browser of their own: sees pages, fills in forms, reads their mail.</summary>
public sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly ServerProcess server;
    private readonly ConcurrentQueue<string> foreign = new();
    private readonly ConcurrentQueue<string> complaints = new();
    private readonly ConcurrentDictionary<string, int> sizes = new(StringComparer.Ordinal);

    public Visitor(IBrowserContext context, IPage page, ServerProcess server)
    {
        (this.context, Page, this.server) = (context, page, server);
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Authority != server.Address.Authority)
            {
                foreign.Enqueue(request.Url);
            }
        };
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            // What breaks the content policy is said here and nowhere else.
            if (message.Type == "error" && !message.Text.Contains("status of 4", StringComparison.Ordinal))
            {
                complaints.Enqueue(message.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Requests to any host but the server's own.</summary>
    public IReadOnlyCollection<string> ForeignRequests => foreign;

    /// <summary>Faults of scripts, and what the content policy kept from loading.</summary>
    public IReadOnlyCollection<string> Complaints => complaints;

    public string Path => new Uri(Page.Url).PathAndQuery;

    public ILocator Heading => Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    public ILocator Button(string name, bool exact = true) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = exact });

    public ILocator Link(string name, bool exact = false) => Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = exact });

    public ILocator Field(string label) => Page.GetByLabel(label);

    public Task GoAsync(string path) => Page.GotoAsync(path);

    /// <summary>Where the sign-in page asks for it: the address, then the code from the mail.</summary>
    public async Task SignInAsync(string email)
    {
        var seen = server.Mailbox.To(email).Count;
        await Field("Your e-mail address").FillAsync(email);
        await Button("Send me a code").ClickAsync();
        await EnterCodeAsync(email, seen);
    }

    /// <summary>The code out of the newest mail.</summary>
    public async Task EnterCodeAsync(string email, int seen)
    {
        var code = DevelopmentMailbox.CodeIn(await server.Mailbox.WaitForAsync(email, seen));
        await Page.Locator("input[name=code]").FillAsync(code);
        await Page.Locator("main form.card button.button-primary").ClickAsync();
    }

    /// <summary>Bytes of a file of the page as it is, not as it travels.</summary>
    public async Task<int> SizeOfAsync(string address)
    {
        if (!sizes.TryGetValue(address, out var size))
        {
            var answer = await context.APIRequest.GetAsync(address);
            sizes[address] = size = (await answer.BodyAsync()).Length;
        }

        return size;
    }

    /// <summary>What somebody has at home already: made by the interface for programs, with the session of this browser.</summary>
    public async Task<JsonElement> MakeAsync(string path, object body)
    {
        var answer = await context.APIRequest.PostAsync(path, new() { DataObject = body, Headers = new Dictionary<string, string> { ["X-Kinvite-Request"] = "1" } });
        Assert.True(answer.Ok, $"{path}: {answer.Status} {await answer.TextAsync()}");
        return (await answer.JsonAsync())!.Value;
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
