using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Links;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Kinvite.Invitations;

/// <summary>Makes an open link: whoever has it may come in, within its limits.</summary>
/// <param name="Role">A role of the kind that may be invited; the default role when left out. Never one that manages the family.</param>
/// <param name="Permission"><c>view</c> or <c>edit</c>; view when left out, the role's where the kind lets nobody choose.</param>
/// <param name="ExpiresInDays">1–90 whole days, within what the kind allows.</param>
/// <param name="RequireLogin">False: a name is enough, for a guest who can look; with <c>view</c> and without <paramref name="AllowedDomains"/>.</param>
/// <param name="RequireApproval">Whether somebody in the family has to agree; as the kind has it when left out.</param>
/// <param name="MaxUses">As many people may come in by it, 1–1000; any number when left out.</param>
/// <param name="AllowedDomains">Mail domains, at most 20: only who has proven an address of one of them comes in.</param>
public sealed record CreateInviteLinkRequest(
    string? Role = null, Permission? Permission = null, int ExpiresInDays = CreateInviteLinkRequest.UsualDays, bool RequireLogin = true, bool? RequireApproval = null, int? MaxUses = null,
    IReadOnlyList<string?>? AllowedDomains = null)
{
    internal const int UsualDays = 7;
}

/// <summary>The open link of a family, with its address: for those who may invite.</summary>
/// <param name="Id">For withdrawing it.</param>
/// <param name="Url">The link, with the secret as its last path segment. It can be shown again at any time.</param>
/// <param name="Role">As what people come in: the role's key.</param>
/// <param name="Permission">What they may do.</param>
/// <param name="ExpiresAt">Until when it works.</param>
/// <param name="Uses">How many came in by it.</param>
/// <param name="MaxUses">How many may; null = any number.</param>
/// <param name="RequireLogin">False: a name is enough.</param>
/// <param name="RequireApproval">Whether somebody in the family has to agree.</param>
public sealed record InviteLinkResponse(
    Guid Id, string Url, string Role, Permission Permission, DateTimeOffset ExpiresAt, int Uses, int? MaxUses, bool RequireLogin, bool RequireApproval)
{
    internal static InviteLinkResponse Of(InviteLink link, KeyRing keys, KinviteOptions options) => new(
        link.Id, AddressOf(link, keys, options), link.Role, link.Permission, link.ExpiresAt, link.Uses, link.MaxUses, link.RequireLogin, link.RequireApproval);

    /// <summary>Derived from the id each time: it is kept nowhere.</summary>
    internal static string AddressOf(InviteLink link, KeyRing keys, KinviteOptions options) =>
        new Uri(options.PublicUrl!, $"/invite-link/{keys.Make(LinkKind.Open, link.Id, InviteLink.Generation)}").AbsoluteUri;
}

/// <summary>Makes the family's open link; the one that worked until now is replaced with the same commit. Sends nothing, so sending limits do not apply.</summary>
internal sealed class CreateInviteLink(
    KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, KeyRing keys, Idempotency idempotency, IOptions<KinviteOptions> options, TimeProvider clock)
{
    public Task<Result<InviteLinkResponse>> HandleAsync(Guid familyId, CreateInviteLinkRequest request, CancellationToken ct) => idempotency.OnceAsync(
        kept => AgainAsync(familyId, kept.Made[0], ct),
        () => transaction.RunAsync(familyId, family => CreateAsync(family, request, ct), ct),
        ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/invite-links", PostAsync).Idempotent()
        .WithName(nameof(CreateInviteLink)).Produces<InviteLinkResponse>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<InviteLinkResponse>> AgainAsync(Guid familyId, Guid id, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.LacksForLinks) is not null)
        {
            return problem;
        }

        if (await db.InviteLinks.AsNoTracking().SingleOrDefaultAsync(l => l.FamilyId == familyId && l.Id == id, ct) is not { } made)
        {
            return Problem.NotFound;
        }

        return entered.Value.LacksForShowing(made) ?? (Result<InviteLinkResponse>)await RenderAsync(made, ct);
    }

    private async Task<Result<InviteLinkResponse>> CreateAsync(Family family, CreateInviteLinkRequest request, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.LacksForLinks) is not null)
        {
            return problem;
        }

        var me = entered.Value;
        var checkedShape = InviteLinkDraft.Check(request, me.Kind);
        if (checkedShape.Refused(out problem) || (problem = InviteDecision.Beyond(me, checkedShape.Value.Given.AsGrant, profile: null)) is not null)
        {
            return problem;
        }

        var (draft, now) = (checkedShape.Value, clock.Now());
        if (await db.InviteLinks.SingleOrDefaultAsync(l => l.FamilyId == family.Id && l.Status == InviteLinkStatus.Active, ct) is { } before)
        {
            before.End(InviteLinkStatus.Replaced, now);
            // Saved on its own, because one family has one that works at no moment two.
            await db.SaveChangesAsync(ct);
        }

        var link = new InviteLink
        {
            Id = Guid.CreateVersion7(now),
            FamilyId = family.Id,
            Status = InviteLinkStatus.Active,
            Role = draft.Given.Role.Key,
            Permission = draft.Given.Permission,
            RequireLogin = draft.RequireLogin,
            RequireApproval = draft.RequireApproval,
            Uses = 0,
            MaxUses = draft.MaxUses,
            AllowedDomains = draft.Domains,
            CreatedBy = me.Member.Id,
            CreatedByName = me.Member.Name,
            CreatedAt = now,
            ExpiresAt = now.AddDays(draft.Days),
        };
        db.Add(link);
        db.Add(ActivityEntry.Of(ActivityTypes.LinkCreated, family.Id, me.Member, now, (link.Id, null), data: new() { ["role"] = link.Role }));
        if (await idempotency.KeepAsync(201, [link.Id], outcomes: null, ct) is { } running)
        {
            return running;
        }

        await db.SaveChangesAsync(ct);
        return await RenderAsync(link, ct);
    }

    private async Task<InviteLinkResponse> RenderAsync(InviteLink link, CancellationToken ct)
    {
        await KeyEpochs.FollowAsync(db, keys, ct);
        return InviteLinkResponse.Of(link, keys, options.Value);
    }

    [EndpointSummary("Make an open link")]
    [EndpointDescription("Whoever has it may come in, within its limits. A family has one at a time: a new one replaces the one before.")]
    private static async Task<IResult> PostAsync(Guid familyId, CreateInviteLinkRequest request, CreateInviteLink create, CancellationToken ct) =>
        (await create.HandleAsync(familyId, request, ct)).ToHttp(link => TypedResults.Created((string?)null, link));
}
