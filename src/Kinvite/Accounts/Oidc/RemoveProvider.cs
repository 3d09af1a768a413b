using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts.Oidc;

/// <summary>Takes a provider off the signed-in account, unless nothing would be left to sign in with.</summary>
internal sealed class RemoveProvider(
    KinviteDbContext db, AccountTransaction transaction, RecentSignIn recent, CurrentAccount current, OutboxSignal outbox, TimeProvider clock)
{
    /// <summary>Names a login without telling who it is at the provider.</summary>
    public static string IdOf(IdentityUserLogin<Guid> login) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{login.LoginProvider}\n{login.ProviderKey}")).AsSpan(0, 12));

    /// <param name="id">From <see cref="IdOf"/>.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>What it was called.</returns>
    public async Task<Result<string>> HandleAsync(string? id, CancellationToken ct)
    {
        if (recent.Lacks is { } problem)
        {
            return problem;
        }

        var removed = await transaction.RunAsync(current.Id, _ => RemoveAsync(id, ct), ct);
        outbox.Wake();
        return removed;
    }

    private async Task<Result<string>> RemoveAsync(string? id, CancellationToken ct)
    {
        if (await recent.EndedAsync(ct) is { } ended)
        {
            return ended;
        }

        var logins = await db.UserLogins.Where(l => l.UserId == current.Id).ToListAsync(ct);
        if (logins.Find(l => IdOf(l) == id) is not { } login)
        {
            return Problem.NotFound;
        }

        if (!(await SignInWays.OfAsync(db, current.Id, ct)).WithoutExternalLogin().Any)
        {
            return AccountProblems.LastSignIn;
        }

        db.Remove(login);
        SecurityMessage.Tell(
            db, current.Id, await db.Addresses.Where(a => a.AccountId == current.Id && a.RemovedAt == null).ToListAsync(ct), SecurityEvent.ProviderRemoved, clock.Now());
        await db.SaveChangesAsync(ct);
        return login.ProviderDisplayName ?? "";
    }
}
