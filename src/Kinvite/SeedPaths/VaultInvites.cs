using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Rights;

namespace Kinvite.SeedPaths;

/// <summary>Invites one or many people to the caller's default family.</summary>
/// <param name="Invites">1 to 50 people.</param>
/// <param name="Notify">False: nothing is sent.</param>
/// <param name="Message">A personal message, at most 500 characters.</param>
public sealed record VaultInvitesRequest(IReadOnlyList<VaultInviteEntry?>? Invites, bool Notify = true, string? Message = null);

/// <summary>One person to invite by mail.</summary>
/// <param name="Email">A mailbox.</param>
/// <param name="Permission"><c>view</c>, <c>edit</c> or <c>admin</c>; the role's when left out.</param>
/// <param name="FamilyRole">A role of the family's kind that may be invited; the default one when left out.</param>
public sealed record VaultInviteEntry(string? Email, Permission? Permission = null, string? FamilyRole = null);

/// <summary>What came of it.</summary>
/// <param name="Ok">True when nothing was refused.</param>
/// <param name="Count">How many were created.</param>
public sealed record VaultInvitesResponse(bool Ok, int Count);

/// <summary>An invitation of the caller's default family.</summary>
/// <param name="Id">For sending it anew and withdrawing it.</param>
/// <param name="Email">The invited address; null for one that is handed over.</param>
/// <param name="Permission">What it gives.</param>
/// <param name="FamilyRole">The role's key.</param>
/// <param name="Status">As the clock says.</param>
/// <param name="ExpiresAt">Until when it can be accepted.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record VaultInvite(
    Guid Id, string? Email, Permission Permission, string FamilyRole, InvitationStatus Status, DateTimeOffset ExpiresAt, DateTimeOffset CreatedAt);

/// <summary>Some of them.</summary>
/// <param name="Items">Newest first, at most 100.</param>
public sealed record VaultInviteList(IReadOnlyList<VaultInvite> Items);

/// <summary><c>/api/family/invites</c>: many at once, by mail, with a permission for each.</summary>
internal static class VaultInvites
{
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder family)
    {
        family.MapPost("/invites", PostAsync).Idempotent().WithName("VaultInvites").Produces<VaultInvitesResponse>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(429);
        family.MapGet("/invites", GetAsync).WithName("ListVaultInvites").Produces<VaultInviteList>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409);
        family.MapPost("/invites/{id:guid}/resend", ResendAsync).WithName("ResendVaultInvite").Produces<OkResponse>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429);
        family.MapDelete("/invites/{id:guid}", DeleteAsync).WithName("RevokeVaultInvite").Produces<OkResponse>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
    }

    [EndpointSummary("Invite people to my default family")]
    [EndpointDescription("200 as soon as one was created or there already; else the first refusal. The permission may be chosen where the family's kind lets one.")]
    private static async Task<IResult> PostAsync(VaultInvitesRequest request, CallersFamily callers, CreateInvites create, CancellationToken ct)
    {
        var found = await callers.FindAsync(ct);
        if (found.Refused(out var problem) || (problem = WithoutAddress(request)) is not null)
        {
            return problem.ToHttp();
        }

        var entries = request.Invites?.Select(i => i is null ? null : new InviteEntry(i.Email, Role: i.FamilyRole, Permission: i.Permission)).ToList();
        var created = await create.HandleAsync(found.Value.Family.Id, new CreateInvitesRequest(entries, request.Notify, request.Message), ct);
        if (created.Refused(out problem))
        {
            return problem.Renamed((".role", ".familyRole")).ToHttp();
        }

        var made = created.Value;
        return made.Items.All(i => i.Problem is not null)
            ? made.Items[0].Problem!.AsProblem().ToHttp()
            : TypedResults.Ok(new VaultInvitesResponse(made.Ok, made.Count));
    }

    [EndpointSummary("My default family's invitations")]
    private static async Task<IResult> GetAsync(string? status, CallersFamily callers, ListInvites list, CancellationToken ct)
    {
        var found = await callers.FindAsync(ct);
        return found.Refused(out var problem)
            ? problem.ToHttp()
            : (await list.HandleAsync(found.Value.Family.Id, status, Most, cursor: null, ct)).ToHttp(page => TypedResults.Ok(new VaultInviteList(
                [.. page.Items.Select(i => new VaultInvite(i.Id, i.Email, i.Permission, i.Role, i.Status, i.ExpiresAt, i.CreatedAt))])));
    }

    [EndpointSummary("Send an invitation of my default family anew")]
    private static async Task<IResult> ResendAsync(Guid id, CallersFamily callers, ResendInvite resend, CancellationToken ct)
    {
        var found = await callers.FindAsync(ct);
        return found.Refused(out var problem)
            ? problem.ToHttp()
            : (await resend.HandleAsync(found.Value.Family.Id, id, ct)).ToHttp(_ => TypedResults.Ok(OkResponse.Yes));
    }

    [EndpointSummary("Withdraw an invitation of my default family")]
    private static async Task<IResult> DeleteAsync(Guid id, CallersFamily callers, RevokeInvite revoke, CancellationToken ct)
    {
        var found = await callers.FindAsync(ct);
        return found.Refused(out var problem) ? problem.ToHttp() : (await revoke.HandleAsync(found.Value.Family.Id, id, ct)).ToOk();
    }

    // Elsewhere an invitation without an address is one to hand over; here it is a mistake.
    private static Problem? WithoutAddress(VaultInvitesRequest request)
    {
        var errors = new FieldErrors();
        for (var i = 0; i < request.Invites?.Count; i++)
        {
            if (request.Invites[i] is { Email: null })
            {
                errors.Add($"invites[{i}].email", "Give an e-mail address.");
            }
        }

        return errors.Problem;
    }
}
