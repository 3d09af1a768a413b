using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Members;

namespace Kinvite.SeedPaths;

/// <summary>Invites one person: <c>{ email, role }</c>, or <c>{ channel, contact, name?, role? }</c>.</summary>
/// <param name="Email">A mailbox.</param>
/// <param name="Channel"><c>email</c> or <c>phone</c>; together with <paramref name="Contact"/>.</param>
/// <param name="Contact">The address or number.</param>
/// <param name="Name">What the inviter calls the person.</param>
/// <param name="Role">A role of the family's kind that may be invited; the default one when left out.</param>
public sealed record SingleInvitationRequest(string? Email = null, string? Channel = null, string? Contact = null, string? Name = null, string? Role = null);

/// <summary>It is there.</summary>
/// <param name="Ok">Always true; a refusal is a problem.</param>
/// <param name="Invitation">As it stands.</param>
public sealed record SingleInvitationResponse(bool Ok, SingleInvitation Invitation);

/// <summary>An invitation of the caller's default family.</summary>
/// <param name="Id">For withdrawing it.</param>
/// <param name="Channel">How it reaches its person; <c>none</c> = handed over.</param>
/// <param name="Email">The invited address.</param>
/// <param name="Phone">The invited number.</param>
/// <param name="Name">What the inviter calls the person.</param>
/// <param name="Role">The role's key.</param>
/// <param name="Status">As the clock says.</param>
/// <param name="InvitedBy">Who answers for it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">Until when it can be accepted.</param>
public sealed record SingleInvitation(
    Guid Id, InvitationChannel Channel, string? Email, string? Phone, string? Name, string Role, InvitationStatus Status, MemberReference InvitedBy,
    DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>Those that wait.</summary>
/// <param name="Items">Newest first, at most 100.</param>
public sealed record SingleInvitationList(IReadOnlyList<SingleInvitation> Items);

/// <summary><c>/api/family/invite</c> and <c>/api/family/invitations</c>: one at a time.</summary>
internal static class SingleInvitations
{
    private const int Most = 100;

    private static readonly Problem AlreadyMember = new(
        409, "invite.already_member", "This person is in the family already", "There is nothing to invite them to; change what they can do instead.");

    public static void Map(IEndpointRouteBuilder family)
    {
        family.MapPost("/invite", PostAsync).Idempotent().WithName("InviteOne").Produces<SingleInvitationResponse>(201).Produces<SingleInvitationResponse>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(429);
        family.MapGet("/invitations", GetAsync).WithName("ListPendingInvitations").Produces<SingleInvitationList>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(409);
        family.MapDelete("/invitations/{id:guid}", DeleteAsync).WithName("RevokeInvitation").Produces<OkResponse>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
    }

    [EndpointSummary("Invite one person to my default family")]
    [EndpointDescription("201 when created; 200 with the one there is, where the family's kind answers so.")]
    private static async Task<IResult> PostAsync(SingleInvitationRequest request, CallersFamily callers, CreateInvites create, CancellationToken ct)
    {
        var found = await callers.FindAsync(ct);
        if (found.Refused(out var problem))
        {
            return problem.ToHttp();
        }

        var entry = EntryOf(request);
        if (entry.Refused(out problem))
        {
            return problem.ToHttp();
        }

        var created = await create.HandleAsync(found.Value.Family.Id, new CreateInvitesRequest([entry.Value]), ct);
        if (created.Refused(out problem))
        {
            var contact = request.Contact is null ? "email" : "contact";
            return problem.Renamed(("invites[0].email", contact), ("invites[0].phone", contact), ("invites[0].name", "name"), ("invites[0].role", "role")).ToHttp();
        }

        return created.Value.Items[0] switch
        {
            { Problem: { } refusal } => refusal.AsProblem().ToHttp(),
            { Invite: { } invite, Outcome: InviteOutcome.Created } => TypedResults.Json(new SingleInvitationResponse(true, Of(invite)), statusCode: 201),
            { Invite: { } invite } => TypedResults.Ok(new SingleInvitationResponse(true, Of(invite))),
            _ => AlreadyMember.ToHttp(),
        };
    }

    [EndpointSummary("My default family's pending invitations")]
    private static async Task<IResult> GetAsync(CallersFamily callers, ListInvites list, CancellationToken ct)
    {
        var found = await callers.FindAsync(ct);
        return found.Refused(out var problem)
            ? problem.ToHttp()
            : (await list.HandleAsync(found.Value.Family.Id, status: null, Most, cursor: null, ct))
                .ToHttp(page => TypedResults.Ok(new SingleInvitationList([.. page.Items.Select(Of)])));
    }

    [EndpointSummary("Withdraw a pending invitation of my default family")]
    private static async Task<IResult> DeleteAsync(Guid id, CallersFamily callers, RevokeInvite revoke, CancellationToken ct)
    {
        var found = await callers.FindAsync(ct);
        return found.Refused(out var problem) ? problem.ToHttp() : (await revoke.HandleAsync(found.Value.Family.Id, id, ct)).ToOk();
    }

    private static Result<InviteEntry> EntryOf(SingleInvitationRequest request) => request switch
    {
        { Email: { } email, Channel: null, Contact: null } => new InviteEntry(Email: email, Name: request.Name, Role: request.Role),
        { Email: null, Channel: null, Contact: null } => Problem.Invalid("email", "Give an e-mail address."),
        { Email: not null } => Problem.Invalid("contact", "Give email alone, or channel and contact."),
        { Contact: null } => Problem.Invalid("contact", "Give the address or number."),
        { Channel: "email" } => new InviteEntry(Email: request.Contact, Name: request.Name, Role: request.Role),
        { Channel: "phone" } => new InviteEntry(Phone: request.Contact, Name: request.Name, Role: request.Role),
        _ => Problem.Invalid("channel", "Give email or phone."),
    };

    private static SingleInvitation Of(InviteResponse invite) => new(
        invite.Id, invite.Channel, invite.Email, invite.Phone, invite.Name, invite.Role, invite.Status, invite.InvitedBy, invite.CreatedAt, invite.ExpiresAt);
}
