using Kinvite.Wording;
using Microsoft.AspNetCore.Identity;

namespace Kinvite.Accounts;

/// <summary>
/// Somebody who can sign in. Addresses live in their own table (<see cref="AccountAddress"/>): Identity's Email, PhoneNumber and
/// normalised names are not used, because its normaliser folds look-alike letters together. UserName is the id.
/// </summary>
internal sealed class Account : IdentityUser<Guid>
{
    public const int NameLength = 80;

    /// <summary>Until its person says where they are.</summary>
    public const string DefaultTimeZone = "Etc/UTC";

    public required string DisplayName { get; set; }

    /// <summary><c>en</c> or <c>es</c>.</summary>
    public required string Locale { get; set; }

    /// <summary>IANA zone.</summary>
    public required string TimeZone { get; set; }
    public Guid? DefaultFamilyId { get; set; }

    /// <summary>Made without address on an open link.</summary>
    public bool IsGuest { get; set; }

    /// <summary>Mails that the person does not want; what they asked for themselves always comes.</summary>
    public MutedMails MutedMails { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>One by one.</summary>
    public IEnumerable<MutedMails> Muted() => Enum.GetValues<MutedMails>().Where(k => k != MutedMails.None && MutedMails.HasFlag(k));

    /// <summary>Deleted accounts leave no sign-in; the row stays only until its sessions are gone.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>A new account; it has no way of signing in yet.</summary>
    public static Account Make(string displayName, string locale, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        DisplayName = displayName,
        Locale = locale,
        TimeZone = DefaultTimeZone,
        CreatedAt = now,
    };

    /// <summary>What a new account is called that was given no name: the part before the @, where that may be a name.</summary>
    public static string NameFrom(string address, string locale)
    {
        var name = PersonName.Parse(address[..Math.Max(0, address.LastIndexOf('@'))]);
        return !name.Refused(out _) ? name.Value : locale == "es" ? "Nueva persona" : "New member";
    }
}

/// <summary>Kinds of mail that can be switched off one by one.</summary>
[Flags]
internal enum MutedMails
{
    /// <summary>Everything comes.</summary>
    None = 0,

    /// <summary>Somebody joined.</summary>
    Joined = 1,

    /// <summary>Somebody asks to get in.</summary>
    Requests = 2,

    /// <summary>An invitation of mine ran out, or could not be delivered.</summary>
    Invitations = 4,

    /// <summary>Somebody's time in the family ends tomorrow.</summary>
    Endings = 8,

    /// <summary>Somebody new sees a child whom I look after.</summary>
    Watchers = 16,
}

/// <summary>An address of an account. Only a proven one says whose it is: unique by key among the proven.</summary>
internal sealed class AccountAddress
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required Addresses.AddressType Type { get; init; }

    /// <summary>As written; mail goes here.</summary>
    public required string Value { get; init; }

    /// <summary>The canonical key, compared as bytes.</summary>
    public required string Key { get; init; }
    public DateTimeOffset? ProvenAt { get; set; }
    public bool Primary { get; set; }

    /// <summary>The invitation that was mailed to this address and whose link made the account: enough for that one, until a code proves it for good.</summary>
    public Guid? InvitationId { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Taken off the account; the row stays only until its last mail, which says so, is out.</summary>
    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>An address that an account has, or says it has.</summary>
    public static AccountAddress Of(Guid accountId, Addresses.ContactAddress address, DateTimeOffset now, bool proven = false, bool primary = true, Guid? invitationId = null) => new()
    {
        Id = Guid.CreateVersion7(now),
        AccountId = accountId,
        Type = address.Type,
        Value = address.Value,
        Key = address.Key,
        ProvenAt = proven ? now : null,
        Primary = primary,
        InvitationId = invitationId,
        CreatedAt = now,
    };

    /// <summary>The code came back. The first proven one of its sort is the one that mail goes to.</summary>
    public void Prove(IEnumerable<AccountAddress> others, DateTimeOffset now)
    {
        ProvenAt ??= now;
        Primary |= !others.Any(o => o != this && o.Type == Type && o is { Primary: true, ProvenAt: not null });
    }

    /// <summary>Taken off the account; the oldest proven one left of its sort takes its place.</summary>
    public void Remove(IEnumerable<AccountAddress> others, DateTimeOffset now)
    {
        if (Primary && others.Where(o => o != this && o.Type == Type && o.ProvenAt is not null).MinBy(o => o.Id) is { } next)
        {
            next.Primary = true;
        }

        (RemovedAt, ProvenAt, Primary) = (now, null, false);
    }

    /// <summary>Mail goes here from now on.</summary>
    public void Prefer(IEnumerable<AccountAddress> others)
    {
        foreach (var other in others.Where(o => o.Type == Type))
        {
            other.Primary = other == this;
        }
    }
}
