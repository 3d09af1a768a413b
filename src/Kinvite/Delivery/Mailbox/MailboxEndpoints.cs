using Kinvite.Delivery.Letters;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.Delivery.Mailbox;

/// <summary>The development mailbox in the browser. Mapped in Development only: what it shows signs people in.</summary>
internal static class MailboxEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var mailbox = routes.MapGroup("/dev/mailbox").ExcludeFromDescription();
        mailbox.MapGet("", ListAsync);
        mailbox.MapGet("{id:guid}", ShowAsync);
        mailbox.MapGet("{id:guid}/html", HtmlAsync);
        mailbox.MapGet("{id:guid}/text", TextAsync);
    }

    private static async Task<RazorComponentResult> ListAsync(DevelopmentMailbox mailbox, HttpResponse response, CancellationToken ct)
    {
        KeepPrivate(response);
        return new RazorComponentResult<MailboxPage>(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(MailboxPage.Mails)] = await mailbox.ListAsync(ct),
        });
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(Guid id, DevelopmentMailbox mailbox, HttpResponse response, CancellationToken ct)
    {
        if (await mailbox.FindAsync(id, ct) is not { } mail)
        {
            return TypedResults.NotFound();
        }

        KeepPrivate(response);
        return new RazorComponentResult<MailboxMessagePage>(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(MailboxMessagePage.Entry)] = new MailboxEntry(id, mail),
        });
    }

    // The mail as its reader sees it: a document of its own, in which exactly the letters' one style element counts and nothing runs.
    private static async Task<Results<ContentHttpResult, NotFound>> HtmlAsync(Guid id, DevelopmentMailbox mailbox, HttpResponse response, CancellationToken ct)
    {
        if (await mailbox.FindAsync(id, ct) is not { } mail)
        {
            return TypedResults.NotFound();
        }

        KeepPrivate(response);
        response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src {LetterStyle.CspHash}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        return TypedResults.Text(mail.Html, "text/html; charset=utf-8");
    }

    private static async Task<Results<ContentHttpResult, NotFound>> TextAsync(Guid id, DevelopmentMailbox mailbox, HttpResponse response, CancellationToken ct)
    {
        if (await mailbox.FindAsync(id, ct) is not { } mail)
        {
            return TypedResults.NotFound();
        }

        KeepPrivate(response);
        return TypedResults.Text(mail.Text, "text/plain; charset=utf-8");
    }

    private static void KeepPrivate(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }
}
