using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Limits;
using Kinvite.Links;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>What the person invited sees before joining.</summary>
/// <param name="Type"><c>invite</c>, for one person; or <c>link</c>, open.</param>
/// <param name="FamilyName">Which family.</param>
/// <param name="InviterName">Who invites; in full only for a link that was mailed or texted.</param>
/// <param name="Email">The invited address, only for a link that was mailed to it.</param>
/// <param name="Phone">The invited number, only for a link that was texted to it.</param>
/// <param name="Name">What the inviter calls the person.</param>
/// <param name="Role">As what: the role's key.</param>
/// <param name="RoleName">The role in the reader's language.</param>
/// <param name="RoleDescription">What it can and cannot do, in a sentence.</param>
/// <param name="Permission">What it gives.</param>
/// <param name="Children">The children's names, only for a link that was mailed or texted.</param>
/// <param name="Message">The personal message.</param>
/// <param name="RequireLogin">Whether joining asks for an account.</param>
/// <param name="RequireApproval">Whether somebody has to agree after joining.</param>
/// <param name="AccessUntil">When what it gives ends.</param>
/// <param name="ExpiresAt">Until when it can be accepted.</param>
/// <param name="Members">Who is inside.</param>
public sealed record InvitePreview(
    string Type, string FamilyName, string InviterName, string? Email, string? Phone, string? Name, string Role, string RoleName, string RoleDescription,
    Permission Permission, IReadOnlyList<string> Children, string? Message, bool RequireLogin, bool RequireApproval, DateTimeOffset? AccessUntil,
    DateTimeOffset ExpiresAt, PreviewMembers Members);

/// <summary>Who is inside, as far as the link may say.</summary>
/// <param name="Count">How many people the invited person would see.</param>
/// <param name="Names">First names of adults, at most 8; only for a link that was mailed or texted.</param>
public sealed record PreviewMembers(int Count, IReadOnlyList<string> Names);

/// <summary>Shows an invitation to whoever holds its link; changes nothing, two statements, none for a forged link.</summary>
internal sealed class PreviewInvite(KinviteDbContext db, KeyRing keys, FamilyKinds kinds, TimeProvider clock)
{
    private const int MostNames = 8;

    private static readonly Func<KinviteDbContext, Guid, int, DateTimeOffset, CancellationToken, Task<PreviewedInvite?>> Find =
        EF.CompileAsyncQuery((KinviteDbContext db, Guid id, int epoch, DateTimeOffset now, CancellationToken ct) => (
            from i in db.Invitations.AsNoTracking().Include(i => i.Children)
            where i.Id == id
            join f in db.Families on i.FamilyId equals f.Id
            from inviter in db.Members.AsNoTracking().Include(m => m.Children).Where(m => m.FamilyId == i.FamilyId && m.Id == i.InviterId).DefaultIfEmpty()
            select new PreviewedInvite
            {
                Invitation = i,
                FamilyName = f.Name,
                FamilyKind = f.Kind,
                Inviter = inviter,
                HasProfile = i.MemberId == null || db.Members.Any(m => m.FamilyId == i.FamilyId && m.Id == i.MemberId && m.AccountId == null),
                EpochAlive = db.KeyEpochs.Any(e => e.Number == epoch && (e.EndsAt == null || e.EndsAt > now)),
            }).SingleOrDefault());

    // With the number of all beside each of the first, so that one statement says both.
    private static readonly Func<KinviteDbContext, Guid, string[], IAsyncEnumerable<Adult>> Adults =
        EF.CompileAsyncQuery((KinviteDbContext db, Guid familyId, string[] minors) => db.Members
            .Where(m => m.FamilyId == familyId && m.AccountId != null && !m.IsGuest).OrderBy(m => minors.Contains(m.Role)).ThenBy(m => m.Id).Take(MostNames)
            .Select(m => new Adult(m.Name, m.Role, db.Members.Count(x => x.FamilyId == familyId))));

    public async Task<Result<InvitePreview>> HandleAsync(string token, CancellationToken ct)
    {
        if (keys.Read(token) is not { } link)
        {
            return InvitationProblems.Unknown;
        }

        if (link.Kind == LinkKind.Open)
        {
            return await OfOpenAsync(link, ct);
        }

        var now = clock.Now();
        var found = await Find(db, link.Id, link.Epoch, now, ct);
        if (found is not { EpochAlive: true } || kinds.TryFind(found.FamilyKind) is not { } kind)
        {
            return InvitationProblems.Unknown;
        }

        if (link.Generation < found.Invitation.Generation)
        {
            return InvitationProblems.Replaced;
        }

        if (InvitationProblems.WhenClosed(found.Invitation.StatusAt(now)) is { } closed)
        {
            return closed;
        }

        if (!found.HasProfile || !found.Invitation.IsBackedBy(found.Inviter, kind, now))
        {
            return InvitationProblems.Revoked;
        }

        return await DescribeAsync(found, kind, link.Kind is LinkKind.Mailed or LinkKind.Texted, ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/invites/{token}", GetAsync)
        .RequireIpLimit(CallerLimits.Preview)
        .WithName(nameof(PreviewInvite)).Produces<InvitePreview>().ProducesProblem(404).ProducesProblem(410).ProducesProblem(429);

    // Whoever has an open link may be anybody: first names of nobody inside, and of the inviter no more.
    private async Task<Result<InvitePreview>> OfOpenAsync(LinkToken link, CancellationToken ct)
    {
        var now = clock.Now();
        var found = await LinkedInviteLink.LoadAsync(db, link, accountId: null, now, ct);
        if (found is not { EpochAlive: true } || kinds.TryFind(found.FamilyKind) is not { } kind)
        {
            return InvitationProblems.Unknown;
        }

        var open = found.Link;
        if (InvitationProblems.WhenClosed(open.StatusAt(now)) is { } closed)
        {
            return closed;
        }

        return !open.IsBackedBy(found.Creator, kind, now) || kind.FindRole(open.Role) is not { } role
            ? InvitationProblems.Revoked
            : new InvitePreview(
                "link", found.FamilyName, FirstName(found.CreatorName), Email: null, Phone: null, Name: null, open.Role, role.Name.ToString(), role.Description.ToString(),
                open.Permission, Children: [], Message: null, open.RequireLogin, open.RequireApproval, AccessUntil: null, open.ExpiresAt,
                new PreviewMembers(found.Members, []));
    }

    private async Task<InvitePreview> DescribeAsync(PreviewedInvite found, FamilyKind kind, bool sent, CancellationToken ct)
    {
        var invitation = found.Invitation;
        var role = kind.FindRole(invitation.Role);
        var (count, adults, children) = invitation.WholeFamily ? await WholeFamilyAsync(invitation.FamilyId, kind, ct) : await ChildrenAsync(invitation, kind, ct);
        return new(
            "invite",
            found.FamilyName,
            sent ? found.InviterName : FirstName(found.InviterName),
            sent && invitation.Channel == InvitationChannel.Email ? invitation.Address : null,
            sent && invitation.Channel == InvitationChannel.Phone ? invitation.Address : null,
            invitation.Name,
            invitation.Role,
            role?.Name.ToString() ?? invitation.Role,
            role?.Description.ToString() ?? "",
            invitation.Permission,
            sent ? children : [],
            invitation.Message,
            invitation.RequireLogin,
            RequireApproval: invitation.AddressKey is null && invitation.EffectiveBinding == Binding.Confirm,
            invitation.AccessUntil,
            invitation.ExpiresAt,
            new PreviewMembers(count, sent ? [.. adults.Select(FirstName)] : []));
    }

    private async Task<(int Count, List<string> Adults, List<string> Children)> WholeFamilyAsync(Guid familyId, FamilyKind kind, CancellationToken ct)
    {
        var minors = kind.MinorRoles;
        var adults = await Adults(db, familyId, [.. minors]).ToListAsync(ct);
        // There is an owner in every family, so there is a first one to say the number, who may be under age.
        return (adults.Count == 0 ? 0 : adults[0].Inside, [.. adults.Where(a => !minors.Contains(a.Role)).Select(a => a.Name)], []);
    }

    private async Task<(int Count, List<string> Adults, List<string> Children)> ChildrenAsync(Invitation invitation, FamilyKind kind, CancellationToken ct)
    {
        var grant = invitation.AsGrant(kind);
        var newcomer = new Actor(Guid.Empty, grant.Permission, grant.WholeFamily, grant.Children, grant.RoleCapabilities, IsGuardian: false, IsGuest: false);
        var children = grant.Children.Keys.ToList();
        var inside = await db.Families.Where(f => f.Id == invitation.FamilyId).Select(f => new
        {
            Count = db.Members.Where(m => m.FamilyId == f.Id).Where(Visible.Members(newcomer)).Count(),
            Children = db.Members.Where(m => m.FamilyId == f.Id && children.Contains(m.Id)).OrderBy(m => m.Id).Select(m => m.Name).ToList(),
        }).SingleOrDefaultAsync(ct);
        return inside is null ? (0, [], []) : (inside.Count, [], inside.Children); // the family may be gone since the invitation was read
    }

    private static string FirstName(string name) => name.Split(' ', 2)[0];

    private sealed record Adult(string Name, string Role, int Inside);

    [EndpointSummary("What an invitation says")]
    private static async Task<IResult> GetAsync(string token, PreviewInvite preview, CancellationToken ct) => (await preview.HandleAsync(token, ct)).ToOk();
}

/// <summary>What a preview reads first: the invitation, and whether its link still counts.</summary>
internal sealed class PreviewedInvite
{
    public required Invitation Invitation { get; init; }
    public required string FamilyName { get; init; }
    public required string FamilyKind { get; init; }
    public Member? Inviter { get; init; }

    /// <summary>What it is to take over is there, and nobody's yet.</summary>
    public required bool HasProfile { get; init; }
    public string InviterName => Inviter?.Name ?? Invitation.InviterName;
    public required bool EpochAlive { get; init; }
}
