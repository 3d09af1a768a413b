using System.Buffers.Text;
using Kinvite.Accounts.Oidc;
using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>How one signs in, for its page.</summary>
/// <param name="Recent">Whether it can be changed now, or one confirms first that it is oneself.</param>
/// <param name="Addresses">Of the account.</param>
/// <param name="HasPassword">Whether there is one.</param>
/// <param name="Passkeys">The newest first.</param>
/// <param name="Providers">Services that let one in.</param>
/// <param name="MailIsOn">Whether a code can be sent at all.</param>
/// <param name="TextsAreOn">Whether one can be sent to a phone.</param>
/// <param name="IsGuest">Nothing to sign in with yet: a first address or passkey comes before a password.</param>
public sealed record SignInWaysView(
    bool Recent, IReadOnlyList<AddressResponse> Addresses, bool HasPassword, IReadOnlyList<PasskeyView> Passkeys, IReadOnlyList<ProviderView> Providers, bool MailIsOn,
    bool TextsAreOn, bool IsGuest);

/// <summary>A service with which one signs in.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">What the service is called.</param>
public sealed record ProviderView(string Id, string Name);

/// <summary>A passkey.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">What its person called it.</param>
/// <param name="AddedAt">Since when.</param>
public sealed record PasskeyView(string Id, string Name, DateTimeOffset AddedAt)
{
    /// <summary>What <see cref="Id"/> names; null when it is none.</summary>
    internal static byte[]? CredentialOf(string? id)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(id?.Length ?? 0)];
        return id is { Length: > 0 and < 1400 } && Base64Url.IsValid(id, out var length) && Base64Url.TryDecodeFromChars(id, bytes, out _) ? bytes[..length] : null;
    }
}

/// <summary>Reads how the signed-in person signs in.</summary>
internal sealed class ShowSignInWays(KinviteDbContext db, ListAddresses list, RecentSignIn recent, MailSetup mail, TextReadiness texts, CurrentAccount account)
{
    public async Task<SignInWaysView> HandleAsync(CancellationToken ct)
    {
        var passkeys = await db.UserPasskeys.AsNoTracking().Where(p => p.UserId == account.Id).ToListAsync(ct);
        var logins = await db.UserLogins.AsNoTracking().Where(l => l.UserId == account.Id).OrderBy(l => l.ProviderDisplayName).ToListAsync(ct);
        return new(
            recent.LacksForAdding is null,
            (await list.HandleAsync(ct)).Items,
            await db.Accounts.AnyAsync(a => a.Id == account.Id && a.PasswordHash != null, ct),
            [.. passkeys.OrderByDescending(p => p.Data.CreatedAt).Select(p => new PasskeyView(Base64Url.EncodeToString(p.CredentialId), p.Data.Name ?? "", p.Data.CreatedAt))],
            [.. logins.Select(l => new ProviderView(RemoveProvider.IdOf(l), l.ProviderDisplayName ?? l.LoginProvider))],
            mail.IsOn,
            await texts.IsReadyAsync(ct),
            account.IsGuest);
    }
}
