using Kinvite.Accounts;
using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Links;
using Kinvite.Pages;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>
/// <c>/join/prove</c>: an invitation for another address of the same person. A code goes to the invited address, which is never shown in full
/// and never taken from the form; when it comes back the address belongs to the account, and the invitation with it.
/// </summary>
internal sealed class ProveInvitedPages(
    KinviteDbContext db, KeyRing keys, InvitationCookie cookie, AddAddress add, ProveAddress prove, RecentSignIn recent, CurrentAccount account, FlashNotice flash,
    ProblemWords words, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/join/prove", static (string? i, Guid? code, HttpContext http, ProveInvitedPages invited, CancellationToken ct) => invited.ShowAsync(http, i, code, ct));
        pages.MapPost("/join/prove", static (PostedForm form, HttpContext http, ProveInvitedPages invited, CancellationToken ct) => invited.SendAsync(http, form, ct));
        pages.MapPost("/join/prove/code", static (PostedForm form, HttpContext http, ProveInvitedPages invited, CancellationToken ct) => invited.ProveAsync(http, form, ct));
    }

    private async Task<IResult> ShowAsync(HttpContext http, string? id, Guid? challenge, CancellationToken ct) =>
        challenge is { } code && await AddressAsync(http, id, ct) is { } address ? Show(new(id!, code, address.Masked), StatusCodes.Status200OK) : new SeeOther(JoinPage(id));

    private async Task<IResult> SendAsync(HttpContext http, PostedForm form, CancellationToken ct)
    {
        var id = form["i"];
        if (!form.IsGenuine || await AddressAsync(http, id, ct) is not { } address)
        {
            return new SeeOther(JoinPage(id));
        }

        if (recent.Lacks is { Code: "auth.reauthenticate" })
        {
            return PageAnswers.ConfirmFirst(JoinPage(id));
        }

        var sent = await add.HandleAsync(AddAddressRequest.Of(address.Value), Caller.Of(http), ct);
        return sent.Refused(out var problem)
            ? Show(new(id!, Guid.Empty, address.Masked), PageAnswers.StatusAtForm(problem), trouble: words.AsNotice(problem))
            : new SeeOther($"/join/prove?i={id}&code={sent.Value:D}");
    }

    private async Task<IResult> ProveAsync(HttpContext http, PostedForm form, CancellationToken ct)
    {
        var id = form["i"];
        if (await AddressAsync(http, id, ct) is not { } address || !Guid.TryParse(form["challenge"], out var challenge))
        {
            return new SeeOther(JoinPage(id));
        }

        var view = new ProveView(id!, challenge, address.Masked);
        if (!form.IsGenuine)
        {
            return Show(view, StatusCodes.Status400BadRequest, trouble: words.AsNotice(PageAnswers.StaleForm));
        }

        var proven = await prove.HandleAsync(ProveAddressRequest.Of(form["code"], address.Value), challenge, Caller.Of(http), ct);
        if (!proven.Refused(out var problem))
        {
            flash.Write(http, Notices.AddressProven, address.Masked);
            return new SeeOther(JoinPage(id));
        }

        return problem.Code switch
        {
            "auth.required" => PageAnswers.SignInFirst(JoinPage(id)),
            "auth.reauthenticate" => PageAnswers.ConfirmFirst(JoinPage(id)),
            "code.invalid" or "validation" => Show(view, StatusCodes.Status400BadRequest, fault: words.Say(problem)),
            _ => Show(view, PageAnswers.StatusAtForm(problem), trouble: words.AsNotice(problem)),
        };
    }

    // The invited address of an open invitation that this account has not proven yet.
    private async Task<ContactAddress?> AddressAsync(HttpContext http, string? id, CancellationToken ct)
    {
        if (!account.IsSignedIn || keys.Read(cookie.Read(http, id)) is not { } link || link.Kind == LinkKind.Open)
        {
            return null;
        }

        var now = clock.Now();
        var invited = await db.Invitations.AsNoTracking()
            .Where(i => i.Id == link.Id && i.Generation == link.Generation && i.AddressKey != null && i.ExpiresAt > now
                && (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced)
                && db.KeyEpochs.Any(e => e.Number == link.Epoch && (e.EndsAt == null || e.EndsAt > now))
                && !db.Addresses.Any(a => a.AccountId == account.AccountId && a.Key == i.AddressKey && a.ProvenAt != null))
            .Select(i => i.Address).SingleOrDefaultAsync(ct);
        return ContactAddress.TryParse(invited);
    }

    private static IResult Show(ProveView view, int status, string? fault = null, NoticeText? trouble = null) => PageAnswers.Page<JoinProvePage>(
        status, (nameof(JoinProvePage.View), view), (nameof(JoinProvePage.Fault), fault), (nameof(JoinProvePage.Trouble), trouble));

    private static string JoinPage(string? id) => id is null ? "/join" : $"/join?i={Uri.EscapeDataString(id)}";
}

/// <summary>A code that was sent to the invited address.</summary>
/// <param name="Id">The invitation's short id.</param>
/// <param name="Challenge">Which code.</param>
/// <param name="Masked">The invited address, masked.</param>
public sealed record ProveView(string Id, Guid Challenge, string Masked);
