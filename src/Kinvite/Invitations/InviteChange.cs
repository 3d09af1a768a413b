using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Rights;
using Kinvite.Wording;

namespace Kinvite.Invitations;

/// <summary>A pending invitation as it shall be: a merge patch laid over what it is.</summary>
/// <param name="Draft">All of it, in the form in which new ones are judged.</param>
/// <param name="Message">The personal message.</param>
/// <param name="MovesTo">It goes to another address than now, or to none.</param>
internal sealed record InviteChange(InviteDraft Draft, string? Message, bool MovesTo)
{
    /// <summary>Something has to be sent.</summary>
    public bool Sends => MovesTo && Draft.To is not null;

    /// <summary>Checks the shape: 400 at the field, with everything that is wrong.</summary>
    public static Result<InviteChange> Check(ChangeInviteRequest patch, Invitation current, FamilyKind kind, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        var (channel, to) = Address(patch, current, errors);
        if (channel == InvitationChannel.None && current.Binding == Binding.Verified && current.AddressKey is not null)
        {
            errors.Add("email", "Only the invited address may use this one: give another address, or withdraw it.");
        }

        var name = patch.Name.IsSet && patch.Name.Value is { } newName ? errors.Take("name", PersonName.Parse(newName)) : patch.Name.Or(current.Name);
        var message = patch.Message.IsSet ? errors.Take("message", PersonalMessage.Parse(patch.Message.Value)) : current.Message;
        if (patch.AccessUntil is { IsSet: true, Value: { } end } && end <= now)
        {
            errors.Add("accessUntil", "Give an instant in the future.");
        }

        if (patch.Children.Value?.Any(c => c is null) == true)
        {
            errors.Add("children", "Give each child's id.");
        }

        var resolved = Give(patch, current, kind);
        if (resolved.Refused(out var refused))
        {
            foreach (var (field, messages) in refused.Errors!)
            {
                messages.ToList().ForEach(m => errors.Add(field, m));
            }
        }

        else if (!current.RequireLogin && resolved.Value.IsMoreThanLooking)
        {
            errors.Add("permission", InviteDraft.OnlyLooking);
        }

        return errors.Problem is { } problem
            ? problem
            : new InviteChange(
                new(Index: 0, channel, to, name, resolved.Value, patch.AccessUntil.Or(current.AccessUntil), current.Locale, current.MemberId),
                string.IsNullOrEmpty(message) ? null : message,
                channel != current.Channel || to?.Key != current.AddressKey);
    }

    // One address takes the place of the other; null takes away the one there is.
    private static (InvitationChannel Channel, ContactAddress? To) Address(ChangeInviteRequest patch, Invitation current, FieldErrors errors)
    {
        if (patch.Email.Value is not null || patch.Phone.Value is not null)
        {
            return InviteDraft.ReadAddress(patch.Email.Value, patch.Phone.Value, "", errors);
        }

        var cleared = current.Channel switch
        {
            InvitationChannel.Email => patch.Email.IsSet,
            InvitationChannel.Phone => patch.Phone.IsSet,
            InvitationChannel.None => false,
        };
        return cleared || current.AddressKey is null
            ? (cleared ? InvitationChannel.None : current.Channel, null)
            : (current.Channel, current.Channel == InvitationChannel.Phone ? PhoneNumber.TryParse(current.AddressKey) : new EmailAddress(current.Address ?? current.AddressKey, current.AddressKey));
    }

    // What is absent stays. Where the role decides the permission, another role brings its own, and what was lowered stays low.
    private static Result<GrantedRole> Give(ChangeInviteRequest patch, Invitation current, FamilyKind kind)
    {
        var role = patch.Role.IsSet ? patch.Role.Value ?? kind.DefaultRole : current.Role;
        var permission = patch.Permission.IsSet ? patch.Permission.Value : Kept(current, role, kind);
        var kept = !patch.Role.IsSet && !patch.Permission.IsSet;
        var children = patch.Children.IsSet
            ? patch.Children.Value?.OfType<ChildGrantEntry>().Select(c => (c.ChildId, c.Permission)).ToList()
            : current.Children.Select(c => (c.ChildId, kept || c.Permission < (permission ?? kind.FindRole(role)?.Permission) ? (Permission?)c.Permission : null)).ToList();
        return kind.Resolve(role, permission, children is { Count: > 0 } ? children : null, current.MemberId is not null);
    }

    private static Permission? Kept(Invitation current, string role, FamilyKind kind) => kind.Invitations.Permission switch
    {
        PermissionMode.Choose => current.Permission,
        PermissionMode.Role or PermissionMode.PerChild => null,
        PermissionMode.Lower when role == current.Role => current.Permission,
        PermissionMode.Lower => kind.FindRole(current.Role) is { } before && current.Permission < before.Permission && kind.FindRole(role) is { } after
            ? (Permission)Math.Min((int)current.Permission, (int)after.Permission)
            : null,
    };
}
