using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Rights;
using Kinvite.Wording;

namespace Kinvite.Invitations;

/// <summary>One entry of a request whose shape is right: what depends on data is decided later, entry by entry.</summary>
/// <param name="Index">Its place in the request.</param>
/// <param name="Channel">How it goes out.</param>
/// <param name="To">The mailbox or number; null for an invitation that is handed over.</param>
/// <param name="Name">What the inviter calls the person.</param>
/// <param name="Given">Role, permission and children, resolved by the kind.</param>
/// <param name="AccessUntil">When what it gives ends.</param>
/// <param name="Locale">The language of its mails.</param>
/// <param name="MemberId">The profile that the person takes over.</param>
internal sealed record InviteDraft(
    int Index, InvitationChannel Channel, ContactAddress? To, string? Name, GrantedRole Given, DateTimeOffset? AccessUntil, string Locale,
    Guid? MemberId = null)
{
    /// <summary>People in one call.</summary>
    public const int MostEntries = 50;

    /// <summary>Why an invitation that gives more needs an account.</summary>
    public const string OnlyLooking = "Who joins with a name only can look and no more.";

    private static readonly string[] Locales = ["en", "es"];

    /// <summary>What it gives, for the ceiling.</summary>
    public Grant AsGrant => Given.AsGrant with { Profile = MemberId };

    /// <summary>Checks the shape of the whole call: 400 at the field, with everything that is wrong.</summary>
    public static Result<IReadOnlyList<InviteDraft>> Check(CreateInvitesRequest request, FamilyKind kind, string familyLocale, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        if (request.Invites is not { Count: >= 1 and <= MostEntries } entries)
        {
            errors.Add("invites", "Give 1 to 50 people.");
            return errors.Problem!;
        }

        if (request.Message is not null)
        {
            errors.Take("message", PersonalMessage.Parse(request.Message));
        }

        if (request.Binding is { } binding && binding < kind.Invitations.Binding)
        {
            errors.Add("binding", "It can only be made stricter than this kind of family has it.");
        }

        if (!request.RequireLogin && (request.Binding ?? kind.Invitations.Binding) == Binding.Verified)
        {
            errors.Add("requireLogin", "Only somebody who signs in has a proven address, which this asks for.");
        }

        var drafts = new List<InviteDraft>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            var path = $"invites[{i}]";
            if (entries[i] is not { } entry)
            {
                errors.Add(path, "Give a person.");
            }
            else
            {
                drafts.Add(Check(i, path, entry, request, kind, familyLocale, now, errors));
            }
        }

        return errors.Problem is { } problem ? problem : drafts;
    }

    private static InviteDraft Check(
        int index, string path, InviteEntry entry, CreateInvitesRequest request, FamilyKind kind, string familyLocale, DateTimeOffset now, FieldErrors errors)
    {
        var (channel, to) = ReadAddress(entry.Email, entry.Phone, $"{path}.", errors);
        if (channel == InvitationChannel.None && request.Binding == Binding.Verified)
        {
            errors.Add("binding", "Without an address there is nothing to verify: leave it out for links that are handed over.");
        }

        var name = entry.Name is null ? null : errors.Take($"{path}.name", PersonName.Parse(entry.Name));
        var given = errors.Take(
            path, kind.Resolve(entry.Role, entry.Permission, entry.Children?.Where(c => c is not null).Select(c => (c!.ChildId, c.Permission)).ToList(), entry.MemberId is not null));
        if (entry.Children?.Any(c => c is null) == true)
        {
            errors.Add($"{path}.children", "Give each child's id.");
        }

        if (entry.MemberId is { } profile && entry.Children?.Any(c => c?.ChildId == profile) == true)
        {
            errors.Add($"{path}.children", "Who takes over this profile is no child any more; leave it out.");
        }

        if (!request.RequireLogin && given is { IsMoreThanLooking: true })
        {
            errors.Add("requireLogin", OnlyLooking);
        }

        if (entry.AccessUntil <= now)
        {
            errors.Add($"{path}.accessUntil", "Give an instant in the future.");
        }

        if (entry.Locale is not null && !Locales.Contains(entry.Locale))
        {
            errors.Add($"{path}.locale", "Give en or es.");
        }

        return new InviteDraft(index, channel, to, name, given!, entry.AccessUntil, entry.Locale ?? familyLocale, entry.MemberId);
    }

    /// <summary>Where it goes, of the two or neither.</summary>
    internal static (InvitationChannel Channel, ContactAddress? To) ReadAddress(string? email, string? phone, string path, FieldErrors errors)
    {
        if (email is not null && phone is not null)
        {
            errors.Add($"{path}phone", "Give an e-mail address or a phone number, not both.");
        }

        var mailbox = EmailAddress.TryParse(email);
        if (email is not null && mailbox is null)
        {
            errors.Add($"{path}email", "This is not an e-mail address that mail can be sent to, such as olga@example.org.");
        }

        var number = PhoneNumber.TryParse(phone);
        if (email is null && phone is not null && number is null)
        {
            errors.Add($"{path}phone", "Give the number with its country, such as +47 412 34 567.");
        }

        return (email is not null ? InvitationChannel.Email : phone is not null ? InvitationChannel.Phone : InvitationChannel.None, (ContactAddress?)mailbox ?? number);
    }
}
