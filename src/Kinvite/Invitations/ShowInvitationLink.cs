using Kinvite.Http;
using Kinvite.Kinds;

namespace Kinvite.Invitations;

/// <summary>A copy of an invitation's link on a page of its own, for those who may hand it over. No list has it.</summary>
internal sealed class ShowInvitationLink(GetInvite get, CopyLink copy)
{
    public async Task<Result<InvitationLinkView>> HandleAsync(Guid familyId, Guid id, CancellationToken ct)
    {
        var found = await get.HandleAsync(familyId, id, ct);
        if (found.Refused(out var problem))
        {
            return problem;
        }

        var link = await copy.HandleAsync(familyId, id, ct);
        if (link.Refused(out problem))
        {
            return problem;
        }

        var invite = found.Value;
        return new InvitationLinkView
        {
            FamilyId = familyId,
            Id = id,
            Who = invite.Name ?? invite.Email ?? invite.Phone,
            Url = link.Value.Url,
            ExpiresAt = invite.ExpiresAt,
            IsBound = invite.Binding != Binding.Bearer,
            Code = QrPath.Of(link.Value.Url),
        };
    }
}
