using Kinvite.Families;
using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.Extensions.Options;

namespace Kinvite.Invitations;

/// <summary>A link to hand over oneself.</summary>
/// <param name="Url">The link, with the secret as its last path segment.</param>
public sealed record CopyLinkResponse(string Url);

/// <summary>A copy of an invitation's link to hand over (QR, chat). It is another token than the mailed one, and proves nothing about the mailbox.</summary>
internal sealed class CopyLink(KinviteDbContext db, FamilyTransaction transaction, InvitationDesk desk, KeyRing keys, IOptions<KinviteOptions> options, TimeProvider clock)
{
    public Task<Result<CopyLinkResponse>> HandleAsync(Guid familyId, Guid id, CancellationToken ct) =>
        transaction.RunAsync(familyId, family => CopyAsync(family, id, ct), ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/invites/{id:guid}/link", PostAsync)
        .WithName(nameof(CopyLink)).Produces<CopyLinkResponse>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<CopyLinkResponse>> CopyAsync(Family family, Guid id, CancellationToken ct)
    {
        var taken = await desk.TakeAsync(family, id, ct);
        if (taken.Refused(out var problem))
        {
            return problem;
        }

        var (me, invitation) = taken.Value;
        if (invitation.StatusAt(clock.Now()) is not (InvitationStatus.Pending or InvitationStatus.Bounced) || invitation.IsEmpty)
        {
            return InvitationProblems.NotPending;
        }

        // Whoever holds the link can let people in with it, so it is only for those who could give as much themselves.
        if (InviteDecision.Beyond(me, invitation.AsGrant(me.Kind), invitation.MemberId) is { } beyond)
        {
            return beyond;
        }

        await KeyEpochs.FollowAsync(db, keys, ct);
        return new CopyLinkResponse(new Uri(options.Value.PublicUrl!, $"/join/{keys.Make(LinkKind.Copied, invitation.Id, invitation.Generation)}").AbsoluteUri);
    }

    [EndpointSummary("A copy of the link to hand over")]
    private static async Task<IResult> PostAsync(Guid familyId, Guid id, CopyLink copy, CancellationToken ct) =>
        (await copy.HandleAsync(familyId, id, ct)).ToOk();
}
