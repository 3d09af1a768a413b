using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.AccessRequests;

/// <summary>Somebody who asks to get in, for those who may answer.</summary>
/// <param name="Id">For approving or denying.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Account">Who asks.</param>
/// <param name="ChildId">The child it is about.</param>
/// <param name="InviteId">The invitation it came by.</param>
/// <param name="Message">What they say.</param>
/// <param name="CreatedAt">When they asked.</param>
/// <param name="ResolvedAt">When it was answered.</param>
/// <param name="ResolvedBy">Who answered.</param>
public sealed record FamilyRequest(
    Guid Id, AccessRequestStatus Status, Asker Account, Guid? ChildId, Guid? InviteId, string? Message, DateTimeOffset CreatedAt, DateTimeOffset? ResolvedAt,
    MemberReference? ResolvedBy);

/// <summary>Who asks, as their account says.</summary>
/// <param name="DisplayName">The name.</param>
/// <param name="Email">Their proven primary mailbox; null when there is none.</param>
/// <param name="Phone">Their proven primary number; null when there is none.</param>
public sealed record Asker(string DisplayName, string? Email, string? Phone);

/// <summary>Who asks to come in.</summary>
internal sealed class ListFamilyRequests(KinviteDbContext db, FamilyDoor door)
{
    public async Task<Result<Page<FamilyRequest>>> HandleAsync(Guid familyId, string? status, int? limit, string? cursor, CancellationToken ct)
    {
        if (PageRequest.From(limit, cursor) is var page && page.Refused(out var problem))
        {
            return problem;
        }

        if (ListStatus.Parse(status, AccessRequestStatus.Pending) is var wanted && wanted.Refused(out problem))
        {
            return problem;
        }

        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out problem) || (problem = entered.Value.Lacks(Capabilities.RequestsManage)) is not null)
        {
            return problem;
        }

        var rows = await (
            from r in db.AccessRequests.AsNoTracking().Where(Visible.AccessRequests(entered.Value.Actor, db.Invitations))
            where r.FamilyId == familyId && r.Id.CompareTo(page.Value.Before) < 0 && (wanted.Value == null || r.Status == wanted.Value)
            join account in db.Accounts on r.AccountId equals account.Id
            orderby r.Id descending
            select new
            {
                Request = r,
                account.DisplayName,
                Email = db.Addresses.Where(a => a.AccountId == account.Id && a.ProvenAt != null && a.Type == AddressType.Email)
                    .OrderByDescending(a => a.Primary).Select(a => a.Value).FirstOrDefault(),
                Phone = db.Addresses.Where(a => a.AccountId == account.Id && a.ProvenAt != null && a.Type == AddressType.Phone)
                    .OrderByDescending(a => a.Primary).Select(a => a.Value).FirstOrDefault(),
                ResolvedName = db.Members.Where(m => m.FamilyId == familyId && m.Id == r.ResolvedBy).Select(m => m.Name).FirstOrDefault(),
            }).Take(page.Value.Take).ToListAsync(ct);
        return page.Value.Cut(
            [.. rows.Select(r => new FamilyRequest(
                r.Request.Id, r.Request.Status, new Asker(r.Request.Name ?? r.DisplayName, r.Email, r.Phone), r.Request.ChildId, r.Request.InvitationId, r.Request.Message,
                r.Request.CreatedAt, r.Request.ResolvedAt, r.ResolvedName is null ? null : new MemberReference(r.Request.ResolvedBy, r.ResolvedName)))],
            r => r.Id);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/access-requests", GetAsync)
        .WithName(nameof(ListFamilyRequests)).Produces<Page<FamilyRequest>>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    [EndpointSummary("Who asks to come in")]
    private static async Task<IResult> GetAsync(Guid familyId, string? status, int? limit, string? cursor, ListFamilyRequests list, CancellationToken ct) =>
        (await list.HandleAsync(familyId, status, limit, cursor, ct)).ToOk();
}
