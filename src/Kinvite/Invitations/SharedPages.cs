using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Pages;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>An invitation on <c>/account/shared</c>.</summary>
/// <param name="Invite">What waits.</param>
/// <param name="Name">What the inviter calls one; null when nothing was written.</param>
/// <param name="Means">What its role can and cannot do, in the reader's language.</param>
/// <param name="WholeFamily">It opens everything, and not some children only.</param>
public sealed record SharedInvite(MyInvite Invite, string? Name, string Means, bool WholeFamily);

/// <summary>The invitations that wait for one's proven addresses: answered here without looking for the mail.</summary>
internal sealed class SharedPages(
    KinviteDbContext db, FamilyKinds kinds, MyInvites invites, AcceptInvite accept, DeclineInvite decline, FlashNotice flash, ProblemWords words)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/account/shared").RequireSignIn().ExcludeFromDescription();
        pages.MapGet("", static (SharedPages shared, CancellationToken ct) => shared.ShowAsync(refusal: null, answered: null, name: null, ct));
        pages.MapPost("/{id:guid}/accept", static (Guid id, PostedForm form, HttpContext http, SharedPages shared, CancellationToken ct) => shared.AcceptAsync(http, form, id, ct));
        pages.MapPost("/{id:guid}/decline", static (Guid id, PostedForm form, HttpContext http, SharedPages shared, CancellationToken ct) => shared.DeclineAsync(http, form, id, ct));
    }

    private async Task<IResult> ShowAsync(Problem? refusal, Guid? answered, string? name, CancellationToken ct)
    {
        var waiting = (await invites.LoadAsync(PageRequest.First, ct)).Items;
        var ids = waiting.Select(i => i.Id).ToList();
        var known = await db.Invitations.Where(i => ids.Contains(i.Id))
            .Join(db.Families, i => i.FamilyId, f => f.Id, (i, f) => new { i.Id, i.Name, f.Kind, i.WholeFamily }).ToDictionaryAsync(k => k.Id, ct);
        return PageAnswers.Page<SharedPage>(
            refusal is null ? StatusCodes.Status200OK : PageAnswers.StatusAtForm(refusal),
            (nameof(SharedPage.Invites), waiting.Where(i => known.ContainsKey(i.Id)).Select(i => new SharedInvite(i, known[i.Id].Name, MeansOf(known[i.Id].Kind, i.Role), known[i.Id].WholeFamily)).ToList()),
            (nameof(SharedPage.Answered), answered),
            (nameof(SharedPage.Name), name),
            (nameof(SharedPage.Faults), refusal is null ? FormFaults.None : words.Faults(refusal)),
            (nameof(SharedPage.Trouble), refusal is null or { Code: "validation" } ? null : words.AsNotice(refusal)));
    }

    private async Task<IResult> AcceptAsync(HttpContext http, PostedForm form, Guid id, CancellationToken ct)
    {
        if (!form.IsGenuine)
        {
            return await ShowAsync(PageAnswers.StaleForm, id, form["name"], ct);
        }

        var family = await FamilyOfAsync(id, ct);
        if ((await accept.HandleAsync(id, new AcceptInviteRequest(form["name"]), ct)) is var accepted && accepted.Refused(out var refusal))
        {
            return await ShowAsync(refusal, id, form["name"], ct);
        }

        var waits = accepted.Value.Outcome == AcceptInvite.WaitingForApproval;
        flash.Write(http, waits ? Notices.WaitingForApproval : Notices.Joined, family);
        return new SeeOther(waits ? "/" : $"/families/{accepted.Value.FamilyId:D}");
    }

    private async Task<IResult> DeclineAsync(HttpContext http, PostedForm form, Guid id, CancellationToken ct)
    {
        if (!form.IsGenuine)
        {
            return await ShowAsync(PageAnswers.StaleForm, id, form["name"], ct);
        }

        if ((await decline.HandleAsync(id, new DeclineInviteRequest(form.Ticked("block")), ct)).Refused(out var refusal))
        {
            return await ShowAsync(refusal, id, form["name"], ct);
        }

        flash.Write(http, Notices.InvitationDeclined);
        return new SeeOther("/account/shared");
    }

    private string MeansOf(string kind, string role) => kinds.TryFind(kind)?.FindRole(role)?.Description.ToString() ?? "";

    // For the greeting alone: who may accept is the use case's business.
    private async Task<string> FamilyOfAsync(Guid invitation, CancellationToken ct) =>
        await db.Invitations.Where(i => i.Id == invitation).Join(db.Families, i => i.FamilyId, f => f.Id, (i, f) => f.Name).SingleOrDefaultAsync(ct) ?? "";
}
