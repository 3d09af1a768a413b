using Kinvite.AccessRequests;
using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>Everything that is kept about the account's person, and nobody else (GDPR art. 15 and 20).</summary>
/// <param name="ExportedAt">When.</param>
/// <param name="Account">What the account says about them.</param>
/// <param name="CreatedAt">Since when there is the account.</param>
/// <param name="HasPassword">Whether there is one; it cannot be read back.</param>
/// <param name="MutedMails">Sorts of mail that they do not want.</param>
/// <param name="Addresses">Their addresses.</param>
/// <param name="Passkeys">Their passkeys.</param>
/// <param name="Logins">Other services with which they sign in.</param>
/// <param name="Sessions">Where they are signed in.</param>
/// <param name="Memberships">Their place in families.</param>
/// <param name="InvitationsMade">Invitations that they answer for; others' addresses are masked.</param>
/// <param name="InvitationsReceived">Invitations to an address of theirs, or that they used.</param>
/// <param name="Requests">What they asked for.</param>
public sealed record AccountExport(
    DateTimeOffset ExportedAt, AccountResponse Account, DateTimeOffset CreatedAt, bool HasPassword, IReadOnlyList<string> MutedMails,
    IReadOnlyList<AddressResponse> Addresses, IReadOnlyList<ExportedPasskey> Passkeys, IReadOnlyList<ExportedLogin> Logins,
    IReadOnlyList<SessionResponse> Sessions,
    IReadOnlyList<ExportedMembership> Memberships, IReadOnlyList<ExportedInvitation> InvitationsMade, IReadOnlyList<ExportedInvitation> InvitationsReceived,
    IReadOnlyList<ExportedRequest> Requests);

/// <summary>A passkey, without its key.</summary>
/// <param name="Name">What its person called it.</param>
/// <param name="AddedAt">Since when.</param>
public sealed record ExportedPasskey(string? Name, DateTimeOffset AddedAt);

/// <summary>A service that vouches for them.</summary>
/// <param name="Name">As the button calls it.</param>
/// <param name="Issuer">The service.</param>
/// <param name="Subject">Who they are there.</param>
public sealed record ExportedLogin(string? Name, string Issuer, string Subject);

/// <summary>A place in a family.</summary>
/// <param name="FamilyId">The family.</param>
/// <param name="FamilyName">Its name.</param>
/// <param name="MemberId">Who they are there.</param>
/// <param name="Name">What they are called there.</param>
/// <param name="Role">As what.</param>
/// <param name="Permission">What they may do.</param>
/// <param name="JoinedAt">Since when.</param>
/// <param name="AccessUntil">Until when; null = no end.</param>
public sealed record ExportedMembership(
    Guid FamilyId, string FamilyName, Guid MemberId, string Name, string Role, Permission Permission, DateTimeOffset JoinedAt, DateTimeOffset? AccessUntil);

/// <summary>An invitation, never its link.</summary>
/// <param name="Id">Its id.</param>
/// <param name="FamilyName">Into which family.</param>
/// <param name="InviterName">Who answered for it.</param>
/// <param name="Address">Where it went; masked where it is somebody else's.</param>
/// <param name="Role">As what.</param>
/// <param name="Message">What was written along with it.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">Until when it works.</param>
public sealed record ExportedInvitation(
    Guid Id, string FamilyName, string InviterName, string? Address, string Role, string? Message, InvitationStatus Status, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>What somebody asked for. Whether there is such a family is not said, as it never is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="TargetId">The family or child that was asked for.</param>
/// <param name="Message">What they said.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ResolvedAt">When it was answered.</param>
public sealed record ExportedRequest(Guid Id, Guid TargetId, string? Message, AccessRequestStatus Status, DateTimeOffset CreatedAt, DateTimeOffset? ResolvedAt);

/// <summary>Gives the signed-in person a copy of what is kept about them.</summary>
internal sealed class ExportAccount(KinviteDbContext db, CurrentAccount current, TimeProvider clock)
{
    public async Task<Result<AccountExport>> HandleAsync(CancellationToken ct)
    {
        var now = clock.Now();
        // One moment for all of it.
        await using var snapshot = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        if (await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == current.Id, ct) is not { } account)
        {
            return Problem.AuthRequired; // deleted a moment ago
        }

        var addresses = await db.Addresses.AsNoTracking().Where(a => a.AccountId == account.Id && a.RemovedAt == null).OrderBy(a => a.Id).ToListAsync(ct);
        var passkeys = await db.UserPasskeys.AsNoTracking().Where(p => p.UserId == account.Id).ToListAsync(ct);
        var sessions = await db.Sessions.AsNoTracking().Where(s => s.AccountId == account.Id).OrderBy(s => s.Id).ToListAsync(ct);
        return new AccountExport(
            now,
            AccountResponse.Of(account, addresses),
            account.CreatedAt,
            account.PasswordHash is not null,
            [.. account.Muted().Select(k => k.ToString().ToLowerInvariant())],
            [.. addresses.Select(AddressResponse.Of)],
            [.. passkeys.OrderBy(p => p.Data.CreatedAt).Select(p => new ExportedPasskey(p.Data.Name, p.Data.CreatedAt))],
            await db.UserLogins.Where(l => l.UserId == account.Id).Select(l => new ExportedLogin(l.ProviderDisplayName, l.LoginProvider, l.ProviderKey)).ToListAsync(ct),
            [.. sessions.Select(s => new SessionResponse(s.Id, s.Kind, s.Device, s.CreatedAt, s.LastSeenAt, s.EndedAt ?? s.EndsAt, s.Id == current.SessionId))],
            await MembershipsAsync(ct),
            await MadeAsync(now, ct),
            await ReceivedAsync([.. addresses.Where(a => a.ProvenAt is not null).Select(a => a.Key)], now, ct),
            await db.AccessRequests.AsNoTracking().Where(r => r.AccountId == account.Id).OrderBy(r => r.Id)
                .Select(r => new ExportedRequest(r.Id, r.TargetId, r.Message, r.Status, r.CreatedAt, r.ResolvedAt)).ToListAsync(ct));
    }

    public static void Map(IEndpointRouteBuilder account) => account.MapGet("/export", GetAsync)
        .WithName(nameof(ExportAccount)).Produces<AccountExport>().ProducesProblem(401);

    private Task<List<ExportedMembership>> MembershipsAsync(CancellationToken ct) => (
        from member in db.Members
        join family in db.Families on member.FamilyId equals family.Id
        where member.AccountId == current.Id
        orderby family.Id
        select new ExportedMembership(family.Id, family.Name, member.Id, member.Name, member.Role, member.Permission, member.JoinedAt, member.AccessUntil)).ToListAsync(ct);

    private async Task<IReadOnlyList<ExportedInvitation>> MadeAsync(DateTimeOffset now, CancellationToken ct)
    {
        var made = await (
            from invitation in db.Invitations.AsNoTracking()
            join me in db.Members on new { invitation.FamilyId, Id = invitation.InviterId } equals new { me.FamilyId, me.Id }
            join family in db.Families on invitation.FamilyId equals family.Id
            where me.AccountId == current.Id
            orderby invitation.Id
            select new { Invitation = invitation, family.Name }).ToListAsync(ct);
        return [.. made.Select(m => Of(m.Invitation, m.Name, m.Invitation.Address is { } address ? ContactAddress.Mask(address) : null, now))];
    }

    private async Task<IReadOnlyList<ExportedInvitation>> ReceivedAsync(List<string> keys, DateTimeOffset now, CancellationToken ct)
    {
        var received = await (
            from invitation in db.Invitations.AsNoTracking()
            join family in db.Families on invitation.FamilyId equals family.Id
            where invitation.AcceptedAccountId == current.Id || keys.Contains(invitation.AddressKey!)
            orderby invitation.Id
            select new { Invitation = invitation, family.Name }).ToListAsync(ct);
        return [.. received.Select(r => Of(
            r.Invitation, r.Name, r.Invitation.Address is { } address && !keys.Contains(r.Invitation.AddressKey ?? "") ? ContactAddress.Mask(address) : r.Invitation.Address, now))];
    }

    private static ExportedInvitation Of(Invitation invitation, string familyName, string? address, DateTimeOffset now) => new(
        invitation.Id, familyName, invitation.InviterName, address, invitation.Role, invitation.Message, invitation.StatusAt(now), invitation.CreatedAt, invitation.ExpiresAt);

    [EndpointSummary("A copy of my data")]
    [EndpointDescription("Everything that is kept about the account's person as one JSON document; others' addresses are masked, and links and secrets are never in it.")]
    private static async Task<IResult> GetAsync(HttpContext http, ExportAccount useCase, CancellationToken ct) => (await useCase.HandleAsync(ct)).ToHttp(export =>
    {
        http.Response.Headers.ContentDisposition = "attachment; filename=\"kinvite-account.json\"";
        return TypedResults.Ok(export);
    });
}
