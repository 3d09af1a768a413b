using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.AccessRequests;

/// <summary>Lets somebody in; what is left out is as the invitation says, else as the kind has it and for the child that was asked for.</summary>
/// <param name="Role">A role of the kind that may be invited.</param>
/// <param name="Permission">Where the kind lets one choose it.</param>
/// <param name="Children">Only these children; empty = the whole family.</param>
/// <param name="AccessUntil">When access ends.</param>
public sealed record ApproveRequestRequest(
    string? Role = null, Permission? Permission = null, IReadOnlyList<ChildGrantEntry?>? Children = null, DateTimeOffset? AccessUntil = null);

/// <summary>They are in.</summary>
/// <param name="Ok">Always true; a refusal is a problem.</param>
/// <param name="MemberId">The member they are now.</param>
public sealed record ApproveRequestResponse(bool Ok, Guid MemberId);

/// <summary>A manager lets somebody in; a request tied to an invitation uses it up.</summary>
internal sealed class ApproveRequest(KinviteDbContext db, FamilyTransaction transaction, RequestDesk desk, OutboxSignal outbox, TimeProvider clock)
{
    public async Task<Result<ApproveRequestResponse>> HandleAsync(Guid familyId, Guid requestId, ApproveRequestRequest answer, CancellationToken ct)
    {
        var result = await transaction.RunForAskerAsync(familyId, requestId, family => ApproveAsync(family, requestId, answer, ct), ct);
        if (!result.Refused(out _))
        {
            outbox.Wake();
        }

        return result;
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/access-requests/{id:guid}/approve", PostAsync)
        .WithName(nameof(ApproveRequest)).Produces<ApproveRequestResponse>()
        .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<ApproveRequestResponse>> ApproveAsync(Family family, Guid requestId, ApproveRequestRequest answer, CancellationToken ct)
    {
        var taken = await desk.TakeAsync(family, requestId, ct);
        if (taken.Refused(out var problem))
        {
            return problem;
        }

        var (me, request) = taken.Value;
        var now = clock.Now();
        var invitation = request.InvitationId is { } invitationId
            ? await db.Invitations.Include(i => i.Children).SingleOrDefaultAsync(i => i.FamilyId == family.Id && i.Id == invitationId, ct)
            : null;
        var link = request.LinkId is { } linkId ? await db.InviteLinks.SingleOrDefaultAsync(l => l.FamilyId == family.Id && l.Id == linkId, ct) : null;
        var account = await db.Accounts.SingleAsync(a => a.Id == request.AccountId, ct);
        var given = Give(me.Kind, request, invitation, link, account.IsGuest, answer, now);
        if (given.Refused(out problem) || (problem = await UnknownChildAsync(me, given.Value, ct)) is not null)
        {
            return problem;
        }

        var profile = await ProfileAsync(invitation, ct);
        if (InviteDecision.Beyond(me, given.Value.AsGrant with { Profile = profile?.Id }, profile?.Id) is { } beyond)
        {
            return beyond;
        }

        if (request.Resolve(AccessRequestStatus.Approved, me.Member.Id, now) is { } resolved)
        {
            return resolved;
        }

        var existing = await db.Members.Include(m => m.Children).SingleOrDefaultAsync(m => m.FamilyId == family.Id && m.AccountId == request.AccountId, ct);
        if (existing is null && profile is null && me.Kind.Limits.Members is { } most && await db.Members.CountAsync(m => m.FamilyId == family.Id, ct) >= most)
        {
            return MemberProblems.FamilyFull;
        }

        var until = answer.AccessUntil ?? invitation?.AccessUntil;
        var opened = await db.OpenedToAsync(existing, family.Id, given.Value, me.Kind, now, ct);
        var (member, gained) = existing is null && profile is not null
            ? (profile.TakeOver(request.AccountId, name: null, given.Value, until, now, account.IsGuest), true)
            : Member.Admit(existing, family.Id, request.AccountId, request.Name ?? "?", opened, until, me.Member.Id, now, account.IsGuest);
        if (existing is null)
        {
            if (profile is null)
            {
                db.Add(member);
            }

            if (profile is not null)
            {
                await db.EndChildhoodAsync(member, me.Kind, now, ct);
            }

            account.DefaultFamilyId ??= family.Id;
            db.Add(ActivityEntry.Of(ActivityTypes.MemberJoined, family.Id, member, now, (member.Id, member.Name), given.Value.Children.Keys));
        }

        // By an open link, being let in is what uses it: waiting takes nobody's place.
        if (gained)
        {
            link?.Use(now);
        }

        if (invitation is { IsOpen: true })
        {
            invitation.Use(member.Id, request.AccountId, now, gained);
            await CloseOthersAsync(family.Id, invitation.Id, request.Id, now, ct);
        }

        if (gained && me.Kind.HasChildren)
        {
            var everybody = await db.Members.AsNoTracking().Include(m => m.Children).Where(m => m.FamilyId == family.Id).ToListAsync(ct);
            db.AddRange(Guardians.Told(everybody, member, member.WholeFamily ? null : [.. member.Children.Where(c => c.Since == now).Select(c => c.ChildId)], me.Member.Id, me.Kind, now)
                .Select(account => OutboxMessage.Of(MessageTypes.Watcher, member.Id, now, recipientId: account)));
        }

        db.Add(ActivityEntry.Of(ActivityTypes.RequestApproved, family.Id, me.Member, now, (member.Id, member.Name), given.Value.Children.Keys));
        db.Add(OutboxMessage.Of(MessageTypes.Approved, request.Id, now, recipientId: request.AccountId));
        await db.SaveChangesAsync(ct);
        return new ApproveRequestResponse(true, member.Id);
    }

    // The profile that the invitation lets somebody take over, while nobody signs in with it.
    private async Task<Member?> ProfileAsync(Invitation? invitation, CancellationToken ct) => invitation is { IsOpen: true, MemberId: { } id }
        ? await db.Members.Include(m => m.Children).SingleOrDefaultAsync(m => m.FamilyId == invitation.FamilyId && m.Id == id && m.AccountId == null, ct)
        : null;

    // The invitation was for one person: whoever else came by it is overtaken, as when it is accepted.
    private async Task CloseOthersAsync(Guid familyId, Guid invitationId, Guid requestId, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var other in await db.AccessRequests
            .Where(r => r.FamilyId == familyId && r.InvitationId == invitationId && r.Id != requestId && r.Status == AccessRequestStatus.Pending).ToListAsync(ct))
        {
            other.Close(now);
        }
    }

    private async Task<Problem?> UnknownChildAsync(Insider me, GrantedRole given, CancellationToken ct)
    {
        if (given.Children.Count == 0)
        {
            return null;
        }

        var (wanted, roles) = (given.Children.Keys.ToList(), me.Kind.Roles.Where(r => r.Child).Select(r => r.Key).ToList());
        var known = await db.Members.Where(m => m.FamilyId == me.Family.Id && wanted.Contains(m.Id) && m.AccountId == null && roles.Contains(m.Role))
            .Where(Visible.Members(me.Actor)).CountAsync(ct);
        return known == wanted.Count ? null : Problem.Invalid("children", "There is no such child that you can see.");
    }

    // What the asker would like to be is a wish: left out, the kind's default counts and never the wish.
    private static Result<GrantedRole> Give(
        FamilyKind kind, AccessRequest request, Invitation? invitation, InviteLink? link, bool isGuest, ApproveRequestRequest answer, DateTimeOffset now)
    {
        if (answer.AccessUntil <= now)
        {
            return Problem.Invalid("accessUntil", "Give an instant in the future.");
        }

        if (answer.Children?.Any(c => c is null) == true)
        {
            return Problem.Invalid("children", "Give each child's id.");
        }

        // Its children are gone: nothing was meant for the whole family.
        if (answer.Children is null && invitation is { IsEmpty: true })
        {
            return Problem.Invalid("children", "Choose at least one child.");
        }

        // Another role or permission counts for the invitation's children, too.
        var asInvited = answer is { Role: null, Permission: null };
        var children = answer.Children?.Select(c => (c!.ChildId, c.Permission)).ToList()
            ?? invitation?.Children.Select(c => (c.ChildId, asInvited ? (Permission?)c.Permission : null)).ToList()
            ?? (request.ChildId is { } child ? [(child, null)] : null);
        var (role, permission) = (invitation?.Role ?? link?.Role, invitation?.Permission ?? link?.Permission);
        var sameRole = answer.Role is null || answer.Role == role;
        var given = kind.Resolve(
            answer.Role ?? role,
            answer.Permission ?? (sameRole && kind.Invitations.Permission != PermissionMode.PerChild ? permission : null),
            children is { Count: > 0 } ? children : null,
            invitation is { IsOpen: true, MemberId: not null });
        return isGuest && given.Problem is null && given.Value.IsMoreThanLooking
            ? Problem.Invalid("permission", InviteDraft.OnlyLooking)
            : given;
    }

    [EndpointSummary("Let somebody in")]
    private static async Task<IResult> PostAsync(Guid familyId, Guid id, ApproveRequestRequest? request, ApproveRequest approve, CancellationToken ct) =>
        (await approve.HandleAsync(familyId, id, request ?? new(), ct)).ToOk();
}
