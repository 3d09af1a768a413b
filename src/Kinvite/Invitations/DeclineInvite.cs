using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>Says no.</summary>
/// <param name="Block">True: no more invitations from this family to the invited address.</param>
public sealed record DeclineInviteRequest(bool Block = false);

/// <summary>Says no; needs no account, and tells the family nothing but that.</summary>
internal sealed class DeclineInvite(KinviteDbContext db, FamilyTransaction transaction, KeyRing keys, CurrentAccount account, TimeProvider clock)
{
    public async Task<Result<OkResponse>> HandleAsync(string token, DeclineInviteRequest request, CancellationToken ct)
    {
        if (keys.Read(token) is not { } link)
        {
            return InvitationProblems.Unknown;
        }

        if (link.Kind == LinkKind.Open)
        {
            return await OpenAsync(link, ct);
        }

        var result = await transaction.RunForInvitationAsync(link.Id, family => DeclineAsync(family, link.Id, link, request, ct), ct);
        return result.Refused(out var problem) && problem == Problem.NotFound ? InvitationProblems.Unknown : result;
    }

    /// <summary>By id, for the account that has proven the invited address.</summary>
    public Task<Result<OkResponse>> HandleAsync(Guid invitationId, DeclineInviteRequest request, CancellationToken ct) =>
        transaction.RunForInvitationAsync(invitationId, family => DeclineAsync(family, invitationId, null, request, ct), ct);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/invites/{token}/decline", ByTokenAsync).WithName(nameof(DeclineInvite)).Produces<OkResponse>()
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(410);
        api.MapPost("/invites/by-id/{id:guid}/decline", ByIdAsync).RequireAccount().WithName("DeclineInviteById").Produces<OkResponse>()
            .ProducesProblem(401).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410);
    }

    // It was for nobody in particular: saying no changes nothing, for this person or for others.
    private async Task<Result<OkResponse>> OpenAsync(LinkToken link, CancellationToken ct)
    {
        var now = clock.Now();
        return await LinkedInviteLink.LoadAsync(db, link, accountId: null, now, ct) is not { EpochAlive: true } found ? InvitationProblems.Unknown
            : InvitationProblems.WhenClosed(found.Link.StatusAt(now)) is { } closed ? closed
            : OkResponse.Yes;
    }

    private async Task<Result<OkResponse>> DeclineAsync(Family family, Guid invitationId, LinkToken? link, DeclineInviteRequest request, CancellationToken ct)
    {
        var now = clock.Now();
        var found = await LinkedInvitation.LoadAsync(db, invitationId, link, account.AccountId, now, ct);
        if (found is not { EpochAlive: true })
        {
            return InvitationProblems.Unknown;
        }

        if (link is null && !found.HasProvenAddress)
        {
            return Problem.NotFound;
        }

        if (link is not null && found.Replaced(link))
        {
            return InvitationProblems.Replaced;
        }

        var invitation = found.Invitation;
        if (InvitationProblems.WhenDeclining(invitation.StatusAt(now)) is { } refusal)
        {
            return refusal;
        }

        if (invitation.Status != InvitationStatus.Declined)
        {
            (invitation.Status, invitation.EndedAt, invitation.SeenAt) = (InvitationStatus.Declined, now, invitation.SeenAt ?? now);
            db.Add(ActivityEntry.Of(
                ActivityTypes.InviteDeclined, family.Id, null, now, (invitation.Id, invitation.Name), found.Invitation.Concerns));
        }

        // A copied link proves nothing about the mailbox, so it cannot speak for it.
        var speaksForAddress = link?.Kind is LinkKind.Mailed or LinkKind.Texted || found.HasProvenAddress;
        if (request.Block && speaksForAddress && invitation.AddressKey is { } key
            && !await db.InvitationBlocks.AnyAsync(b => b.AddressKey == key && b.FamilyId == family.Id, ct))
        {
            db.Add(new InvitationBlock { Id = Guid.CreateVersion7(now), FamilyId = family.Id, AddressKey = key, CreatedAt = now });
        }

        await db.SaveChangesAsync(ct);
        return OkResponse.Yes;
    }

    [EndpointSummary("Say no")]
    private static async Task<IResult> ByTokenAsync(string token, DeclineInviteRequest? request, DeclineInvite decline, CancellationToken ct) =>
        (await decline.HandleAsync(token, request ?? new(), ct)).ToOk();

    [EndpointSummary("Say no by the invitation's id")]
    private static async Task<IResult> ByIdAsync(Guid id, DeclineInviteRequest? request, DeclineInvite decline, CancellationToken ct) =>
        (await decline.HandleAsync(id, request ?? new(), ct)).ToOk();
}
