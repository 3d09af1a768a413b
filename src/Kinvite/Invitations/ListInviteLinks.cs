using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>One of a family's open links; never its address.</summary>
/// <param name="Id">For withdrawing it.</param>
/// <param name="Status">As the clock says.</param>
/// <param name="Role">As what people come in.</param>
/// <param name="Permission">What they may do.</param>
/// <param name="Uses">How many came in by it.</param>
/// <param name="MaxUses">How many may; null = any number.</param>
/// <param name="RequireLogin">False: a name is enough.</param>
/// <param name="RequireApproval">Whether somebody in the family has to agree.</param>
/// <param name="AllowedDomains">Mail domains it is for; empty = any.</param>
/// <param name="CreatedBy">Who answers for it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">Until when it works, unless it ends before.</param>
public sealed record InviteLinkItem(
    Guid Id, InviteLinkStatus Status, string Role, Permission Permission, int Uses, int? MaxUses, bool RequireLogin, bool RequireApproval,
    IReadOnlyList<string> AllowedDomains, MemberReference CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <param name="link">The row.</param>
    /// <param name="creator">Their name now; null once they are gone.</param>
    /// <param name="now">The clock.</param>
    internal static InviteLinkItem Of(InviteLink link, string? creator, DateTimeOffset now) => new(
        link.Id, link.StatusAt(now), link.Role, link.Permission, link.Uses, link.MaxUses, link.RequireLogin, link.RequireApproval, link.AllowedDomains,
        new MemberReference(creator is null ? null : link.CreatedBy, creator ?? link.CreatedByName), link.CreatedAt, link.ExpiresAt);
}

/// <summary>All the open links that a family had, newest first.</summary>
internal sealed class ListInviteLinks(KinviteDbContext db, FamilyDoor door, TimeProvider clock)
{
    public async Task<Result<Page<InviteLinkItem>>> HandleAsync(Guid familyId, int? limit, string? cursor, CancellationToken ct)
    {
        var page = PageRequest.From(limit, cursor);
        if (page.Refused(out var problem))
        {
            return problem;
        }

        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out problem) || (problem = entered.Value.LacksForLinks) is not null)
        {
            return problem;
        }

        var now = clock.Now();
        var rows = await (
            from l in db.InviteLinks.AsNoTracking()
            where l.FamilyId == familyId && l.Id.CompareTo(page.Value.Before) < 0
            orderby l.Id descending
            select new
            {
                Link = l,
                Creator = db.Members.Where(m => m.FamilyId == l.FamilyId && m.Id == l.CreatedBy).Select(m => m.Name).FirstOrDefault(),
            }).Take(page.Value.Take).ToListAsync(ct);
        return page.Value.Cut([.. rows.Select(r => InviteLinkItem.Of(r.Link, r.Creator, now))], l => l.Id);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/invite-links", GetAsync)
        .WithName(nameof(ListInviteLinks)).Produces<Page<InviteLinkItem>>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    [EndpointSummary("A family's open links")]
    [EndpointDescription("All there were, newest first, without their addresses.")]
    private static async Task<IResult> GetAsync(Guid familyId, int? limit, string? cursor, ListInviteLinks list, CancellationToken ct) =>
        (await list.HandleAsync(familyId, limit, cursor, ct)).ToOk();
}
