using System.Buffers.Text;
using Kinvite.Invitations;
using Kinvite.Pages;
using Kinvite.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>The link in the mail with the code: a page with one button. Opening it does nothing, because scanners open links too.</summary>
internal sealed class SignInLinkForms(
    KinviteDbContext db, VerifyCode verifyCode, WebSignIn webSignIn, FindJoining findJoining, PendingSignInCookie pendingCookie, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/sign-in/link").ExcludeFromDescription();
        pages.MapGet("", static () => Page(link: null, joining: null, status: 200));
        pages.MapGet("/{challenge}", static () => Page(link: null, joining: null, status: 200));
        pages.MapGet("/{challenge}/{digits}", static (string challenge, string digits, HttpContext http, SignInLinkForms link, CancellationToken ct) => link.ShowAsync(http, challenge, digits, ct));
        pages.MapPost("", static (PostedForm form, HttpContext http, SignInLinkForms link, CancellationToken ct) => link.PostAsync(http, form, ct));
    }

    private async Task<IResult> ShowAsync(HttpContext http, string challenge, string digits, CancellationToken ct)
    {
        var joining = await findJoining.HandleAsync(http, Pending(http, challenge)?.Return, ct);
        return Page(await FindAsync(challenge, ct) is null ? null : $"{challenge}/{digits}", joining, status: 200);
    }

    private async Task<IResult> PostAsync(HttpContext http, PostedForm form, CancellationToken ct)
    {
        var parts = form["link"]?.Split('/') ?? [];
        if (parts.Length != 2 || await FindAsync(parts[0], ct) is not { } code)
        {
            return Page(link: null, joining: null, status: 400);
        }

        var pending = Pending(http, parts[0]);
        var joining = await findJoining.HandleAsync(http, pending?.Return, ct);
        if (!form.IsGenuine)
        {
            return Page(form["link"], joining, status: 400);
        }

        var verified = await verifyCode.HandleAsync(
            new(parts[1], code.Address, Challenge: code.Id, DisplayName: pending?.DisplayName), SessionKind.Web, Caller.Of(http), joining?.Link, ct);
        if (verified.Refused(out var refusal))
        {
            return refusal.Code is "code.invalid" or "validation" ? Page(link: null, joining, status: 400) : ErrorResponse.Page(refusal);
        }

        return new SeeOther(await webSignIn.FinishAsync(http, verified.Value, pending?.Return, joining, ct));
    }

    // In the browser that asked for the code, the way back is still known.
    private PendingSignIn? Pending(HttpContext http, string challenge) =>
        pendingCookie.Read(http) is { } pending && pending.Challenge == ReadId(challenge) ? pending : null;

    private async Task<OneTimeCode?> FindAsync(string challenge, CancellationToken ct)
    {
        var now = clock.Now();
        return ReadId(challenge) is { } id
            ? await db.Codes.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id && c.UsedAt == null && c.ExpiresAt > now && c.TriesUsed < OneTimeCode.Tries, ct)
            : null;
    }

    private static Guid? ReadId(string text)
    {
        Span<byte> bytes = stackalloc byte[16];
        return text.Length == 22 && Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == 16 ? new Guid(bytes, bigEndian: true) : null;
    }

    private static RazorComponentResult Page(string? link, JoiningInHand? joining, int status) => PageAnswers.Page<SignInLinkPage>(
        status,
        (nameof(SignInLinkPage.Link), link),
        (nameof(SignInLinkPage.Gone), link is null),
        (nameof(SignInLinkPage.Joining), joining?.Banner));
}
