using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>
/// Deletes the signed-in account for good: name, addresses, password, passkeys, sessions and requests, its place in every family, and what invitations
/// say about its person. What happened in the families stays, without the name.
/// </summary>
internal sealed class DeleteAccount(
    KinviteDbContext db, AccountTransaction transaction, FamilyKinds kinds, RecentSignIn recent, CurrentAccount current, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(CancellationToken ct) =>
        recent.Lacks is { } problem && !current.IsGuest ? problem : await transaction.RunToEndAsync(current.Id, (account, families) => EraseAsync(account, families, ct), ct);

    public static void Map(IEndpointRouteBuilder account) => account.MapDelete("", DeleteAsync)
        .WithName(nameof(DeleteAccount)).Produces(204).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409);

    private async Task<Result<Guid>> EraseAsync(Account account, IReadOnlyList<Family> families, CancellationToken ct)
    {
        if (await recent.EndedAsync(ct) is { } ended)
        {
            return ended;
        }

        var now = clock.Now();
        // Who they are, and were, in each family.
        var members = new HashSet<Guid>();
        foreach (var family in families)
        {
            var left = await LeaveAsync(family, account.Id, members, now, ct);
            if (left is not null)
            {
                return left;
            }
        }

        // What the families' history is about when it is about them.
        var subjects = await EraseInvitationsAsync(account.Id, members, now, ct);
        subjects.AddRange(await db.AccessRequests.Where(r => r.AccountId == account.Id).Select(r => r.Id).ToListAsync(ct));
        subjects.AddRange(members);
        db.Remove(account); // and with it, by their keys: addresses, sessions, passkeys, logins, requests, blocks
        await ForgetCodesAsync(account.Id, ct);
        await db.SaveChangesAsync(ct);
        await ForgetNameAsync(families, members, subjects, ct);
        return account.Id;
    }

    private async Task<Problem?> LeaveAsync(Family family, Guid accountId, HashSet<Guid> members, DateTimeOffset now, CancellationToken ct)
    {
        var everybody = await db.Members.Include(m => m.Children).Where(m => m.FamilyId == family.Id).ToListAsync(ct);
        if (everybody.Find(m => m.AccountId == accountId) is not { } me)
        {
            return null;
        }

        if (me.Id == family.OwnerId)
        {
            return MemberProblems.LastOwner;
        }

        if (kinds.TryFind(family.Kind) is { } kind)
        {
            if (!Guardians.Remain(everybody, me.Id, kind))
            {
                return Guardians.LastGuardian;
            }

            await db.EndAboveAsync(family.Id, me.Id, standing: null, kind, now, ct);
        }

        members.Add(me.Id);
        db.Remove(me);
        db.Add(ActivityEntry.Of(ActivityTypes.MemberLeft, family.Id, me, now, (me.Id, me.Name), me.Children.Select(c => c.ChildId)));
        return null;
    }

    // Those that they used, and those to an address that is theirs: what waits is declined, and nothing says any more whom it was for.
    private async Task<List<Guid>> EraseInvitationsAsync(Guid accountId, HashSet<Guid> members, DateTimeOffset now, CancellationToken ct)
    {
        var keys = await ProvenKeysAsync(accountId, ct);
        var own = await db.Invitations.Where(i => i.AcceptedAccountId == accountId || keys.Contains(i.AddressKey!)).ToListAsync(ct);
        foreach (var invitation in own)
        {
            if (invitation is { AcceptedAccountId: { } by, AcceptedBy: { } member } && by == accountId)
            {
                members.Add(member);
            }

            if (invitation.IsOpen)
            {
                (invitation.Status, invitation.EndedAt) = (InvitationStatus.Declined, now);
                db.Add(ActivityEntry.Of(ActivityTypes.InviteDeclined, invitation.FamilyId, actor: null, now, (invitation.Id, null)));
            }

            invitation.Erase(now);
        }

        return [.. own.Select(i => i.Id)];
    }

    // Of addresses that are theirs; what was tried at an address of somebody else still counts there.
    private async Task ForgetCodesAsync(Guid accountId, CancellationToken ct)
    {
        var keys = await ProvenKeysAsync(accountId, ct);
        await db.Codes.Where(c => keys.Contains(c.AddressKey)).ExecuteDeleteAsync(ct);
        await db.Codes.Where(c => c.AccountId == accountId).ExecuteUpdateAsync(c => c.SetProperty(x => x.AccountId, (Guid?)null), ct);
        await db.PasswordTries.Where(t => keys.Contains(t.AddressKey)).ExecuteDeleteAsync(ct);
    }

    private async Task ForgetNameAsync(IReadOnlyList<Family> families, HashSet<Guid> members, List<Guid> subjects, CancellationToken ct)
    {
        foreach (var family in families)
        {
            await db.Activity.Where(a => a.FamilyId == family.Id && members.Contains(a.ActorId!.Value))
                .ExecuteUpdateAsync(a => a.SetProperty(x => x.ActorName, (string?)null), ct);
            await db.Activity.Where(a => a.FamilyId == family.Id && subjects.Contains(a.SubjectId!.Value))
                .ExecuteUpdateAsync(a => a.SetProperty(x => x.SubjectName, (string?)null), ct);
            await db.Invitations.Where(i => i.FamilyId == family.Id && members.Contains(i.InviterId))
                .ExecuteUpdateAsync(i => i.SetProperty(x => x.InviterName, Member.GoneName(family.Locale)), ct);
            await db.InviteLinks.Where(l => l.FamilyId == family.Id && members.Contains(l.CreatedBy))
                .ExecuteUpdateAsync(l => l.SetProperty(x => x.CreatedByName, Member.GoneName(family.Locale)), ct);
        }
    }

    private Task<List<string>> ProvenKeysAsync(Guid accountId, CancellationToken ct) =>
        db.Addresses.Where(a => a.AccountId == accountId && a.ProvenAt != null).Select(a => a.Key).ToListAsync(ct);

    [EndpointSummary("Delete the account")]
    [EndpointDescription("For good. Families that it owns are handed over or deleted before. Needs a sign-in of the last 10 minutes.")]
    private static async Task<IResult> DeleteAsync(HttpContext http, DeleteAccount useCase, SessionCookie cookie, CurrentAccount current, CancellationToken ct) =>
        (await useCase.HandleAsync(ct)).ToHttp(_ =>
        {
            if (current.Kind == SessionKind.Web)
            {
                cookie.Delete(http);
            }

            return TypedResults.NoContent();
        });
}
