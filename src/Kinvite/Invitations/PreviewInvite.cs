using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Limits;
using Kinvite.Links;
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

    public async Task<Result<InvitePreview>> HandleAsync(string token, CancellationToken ct)
    {
        if (keys.Read(token) is not { } link || link.Kind == LinkKind.Open)
        {
            return InvitationProblems.Unknown;
        }

        var now = clock.Now();
        var found = await LinkedInvitation.LoadAsync(db, link.Id, link, accountId: null, now, tracked: false, ct);
        if (found is not { EpochAlive: true } || kinds.TryFind(found.FamilyKind) is not { } kind)
        {
            return InvitationProblems.Unknown;
        }

        if (found.Replaced(link))
        {
            return InvitationProblems.Replaced;
        }

        if (InvitationProblems.WhenClosed(found.Invitation.StatusAt(now)) is { } closed)
        {
            return closed;
        }

        return await DescribeAsync(found, kind, link.Kind is LinkKind.Mailed or LinkKind.Texted, ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/invites/{token}", GetAsync)
        .RequireIpLimit(CallerLimits.Preview)
        .WithName(nameof(PreviewInvite)).Produces<InvitePreview>().ProducesProblem(404).ProducesProblem(410).ProducesProblem(429);

    private async Task<InvitePreview> DescribeAsync(LinkedInvitation found, FamilyKind kind, bool sent, CancellationToken ct)
    {
        var invitation = found.Invitation;
        var role = kind.FindRole(invitation.Role);
        var grant = invitation.AsGrant(kind);
        var newcomer = new Actor(Guid.Empty, grant.Permission, grant.WholeFamily, grant.Children, grant.RoleCapabilities, IsGuardian: false, IsGuest: false);
        var children = grant.Children.Keys.ToList();
        // By the id and not by way of the family's row: correlated, the first eight would be numbered through every family there is.
        var familyId = invitation.FamilyId;
        var inside = await db.Families.Where(f => f.Id == familyId).Select(f => new
        {
            Count = db.Members.Where(m => m.FamilyId == familyId).Where(Visible.Members(newcomer)).Count(),
            Adults = db.Members.Where(m => m.FamilyId == familyId && m.AccountId != null && !m.IsGuest).OrderBy(m => m.Id).Select(m => m.Name).Take(MostNames).ToList(),
            Children = db.Members.Where(m => m.FamilyId == familyId && children.Contains(m.Id)).OrderBy(m => m.Id).Select(m => m.Name).ToList(),
        }).SingleAsync(ct);
        var inviterName = found.Inviter?.Name ?? invitation.InviterName;
        return new(
            "invite",
            found.FamilyName,
            sent ? inviterName : FirstName(inviterName),
            sent && invitation.Channel == InvitationChannel.Email ? invitation.Address : null,
            sent && invitation.Channel == InvitationChannel.Phone ? invitation.Address : null,
            invitation.Name,
            invitation.Role,
            role?.Name.ToString() ?? invitation.Role,
            role?.Description.ToString() ?? "",
            invitation.Permission,
            sent ? inside.Children : [],
            invitation.Message,
            invitation.RequireLogin,
            RequireApproval: invitation.AddressKey is null && invitation.EffectiveBinding == Binding.Confirm,
            invitation.AccessUntil,
            invitation.ExpiresAt,
            new PreviewMembers(inside.Count, sent && invitation.WholeFamily ? [.. inside.Adults.Select(FirstName)] : []));
    }

    private static string FirstName(string name) => name.Split(' ', 2)[0];

    [EndpointSummary("What an invitation says")]
    private static async Task<IResult> GetAsync(string token, PreviewInvite preview, CancellationToken ct) => (await preview.HandleAsync(token, ct)).ToOk();
}
