using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;

namespace Kinvite.Invitations;

/// <summary>An invitation that can still be changed, and what can be chosen for it.</summary>
public sealed record ChangeInviteView
{
    /// <summary>The family's id.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>As it is now.</summary>
    public required InviteResponse Invite { get; init; }

    /// <summary>The same as the page's form.</summary>
    public required ChangeInviteForm Form { get; init; }

    /// <summary>What can be chosen.</summary>
    public required InviteChoices Choices { get; init; }

    /// <summary>Its mailbox can be another one, or it can get one.</summary>
    public bool ShowsEmail => Choices.MailIsOn;

    /// <summary>Its number can be another one, or it can get one.</summary>
    public bool ShowsPhone => Choices.PhoneIsOn;

    /// <summary>Without any address the inviter hands the link over, where that may be.</summary>
    public bool MayHandOver => Choices.LinkIsAllowed && ((Invite.Email ?? Invite.Phone) is null || Invite.Binding != Kinds.Binding.Verified);
}

/// <summary>The page that changes a pending invitation.</summary>
internal sealed class ShowChangeInvite(KinviteDbContext db, FamilyDoor door, GetInvite get, MailSetup mail, TextReadiness texts, CurrentAccount account)
{
    public async Task<Result<ChangeInviteView>> HandleAsync(Guid familyId, Guid id, CancellationToken ct)
    {
        var found = await get.HandleAsync(familyId, id, ct);
        if (found.Refused(out var problem))
        {
            return problem;
        }

        if (found.Value.Status is not (InvitationStatus.Pending or InvitationStatus.Bounced))
        {
            return InvitationProblems.NotPending;
        }

        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out problem))
        {
            return problem;
        }

        return new ChangeInviteView
        {
            FamilyId = familyId,
            Invite = found.Value,
            Form = ChangeInviteForm.Of(found.Value, account.TimeZone),
            Choices = await InviteChoices.LoadAsync(db, entered.Value, mail, texts, ct),
        };
    }
}
