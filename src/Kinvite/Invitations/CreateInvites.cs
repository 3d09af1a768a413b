using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Limits;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Kinvite.Wording;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>Invites one or many people; never waits for a mail server.</summary>
internal sealed class CreateInvites(
    KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, SendingLimits limits, MailSetup mail, OutboxSignal outbox, TimeProvider clock)
{
    public async Task<Result<CreateInvitesResponse>> HandleAsync(Guid familyId, CreateInvitesRequest request, CancellationToken ct)
    {
        // The kind never changes, so the shape is checked before anything is locked; rights are read again after the lock.
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.InvitesManage)) is not null)
        {
            return problem;
        }

        var me = entered.Value;
        var now = clock.Now();
        var checkedShape = InviteDraft.Check(request, me.Kind, me.Family.Locale, now);
        if (checkedShape.Refused(out problem))
        {
            return problem;
        }

        var drafts = checkedShape.Value;
        if (await UnknownChildAsync(me, drafts, ct) is { } unknown)
        {
            return unknown;
        }

        var allowances = await limits.TakeAsync(me.Member.AccountId!.Value, familyId, drafts.Select(d => request.Notify ? d.Email?.Key : null).ToList(), ct);
        var result = await transaction.RunAsync(familyId, family => CreateAsync(family, request, drafts, allowances, now, ct), ct);
        if (!result.Refused(out _) && request.Notify)
        {
            outbox.Wake();
        }

        return result;
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/invites", PostAsync)
        .WithName(nameof(CreateInvites)).Produces<CreateInvitesResponse>(201).Produces<CreateInvitesResponse>()
        .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429);

    private async Task<Result<CreateInvitesResponse>> CreateAsync(
        Family family, CreateInvitesRequest request, IReadOnlyList<InviteDraft> drafts, SendingAllowance allowance, DateTimeOffset now, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.InvitesManage)) is not null)
        {
            return problem;
        }

        var me = entered.Value;
        var facts = await InviteFacts.LoadAsync(db, family.Id, [.. drafts.Where(d => d.Email is not null).Select(d => d.Email!.Key).Distinct()], now, ct);
        var items = new List<InviteOutcome>(drafts.Count);
        foreach (var draft in drafts)
        {
            items.Add(Decide(draft, me, request, facts, allowance, now));
        }

        await db.SaveChangesAsync(ct);
        var created = items.Count(i => i.Outcome == InviteOutcome.Created);
        return new CreateInvitesResponse(items.TrueForAll(i => i.Problem is null), created, items);
    }

    // In this order: what nobody may do, what the invited person does not want, what is there already, what is too much.
    private InviteOutcome Decide(
        InviteDraft draft, Insider me, CreateInvitesRequest request, InviteFacts facts, SendingAllowance allowance, DateTimeOffset now)
    {
        if (draft.Channel == InvitationChannel.Phone || !me.Kind.Invitations.Channels.Contains(ChannelName(draft.Channel))
            || (draft.Channel == InvitationChannel.Email && request.Notify && !mail.IsOn))
        {
            return InviteOutcome.Refused(draft.Index, InvitationProblems.ChannelUnavailable);
        }

        if (RightsRule.MayGrant(me.Actor, draft.AsGrant) is { Allowed: false } no)
        {
            return InviteOutcome.Refused(draft.Index, Problem.RightsCeiling with { Detail = no.Because });
        }

        if (draft.Email is { } email)
        {
            if (facts.Unwilling.Contains(email.Key))
            {
                return InviteOutcome.Refused(draft.Index, InvitationProblems.RecipientDeclined);
            }

            if (facts.Members.TryGetValue(email.Key, out var member) && member.WouldGainNothing(draft.Given, now))
            {
                return new InviteOutcome(draft.Index, InviteOutcome.AlreadyMember);
            }

            if (facts.Open.TryGetValue(email.Key, out var open))
            {
                return me.Kind.Invitations.WhilePending == WhilePending.Answer
                    ? new InviteOutcome(draft.Index, InviteOutcome.AlreadyInvited, InviteResponse.Of(open.Invitation, open.Invitation.Children, open.Message, open.InviterName, null, now))
                    : InviteOutcome.Refused(draft.Index, InvitationProblems.AlreadyPending);
            }
        }

        if (me.Kind.Limits.Pending is { } most && facts.Pending >= most)
        {
            return InviteOutcome.Refused(draft.Index, InvitationProblems.TooManyPending(most));
        }

        if (!allowance.Has(draft.Index))
        {
            return InviteOutcome.Refused(draft.Index, allowance.Refusal);
        }

        return Create(draft, me, request, facts, now);
    }

    private InviteOutcome Create(InviteDraft draft, Insider me, CreateInvitesRequest request, InviteFacts facts, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var invitation = new Invitation
        {
            Id = id,
            FamilyId = me.Family.Id,
            Status = InvitationStatus.Pending,
            Channel = draft.Channel,
            Address = draft.Email?.Value,
            AddressKey = draft.Email?.Key,
            Name = draft.Name,
            Role = draft.Given.Role.Key,
            Permission = draft.Given.Permission,
            WholeFamily = draft.Given.WholeFamily,
            Children = [.. draft.Given.Children.Select(c => new InvitationChild { FamilyId = me.Family.Id, InvitationId = id, ChildId = c.Key, Permission = c.Value })],
            AccessUntil = draft.AccessUntil,
            Message = PersonalMessage.OrNull(request.Message),
            Locale = draft.Locale,
            Binding = request.Binding ?? me.Kind.Invitations.Binding,
            RequireLogin = request.RequireLogin,
            Generation = 1,
            CreatedAt = now,
            ExpiresAt = now.AddDays(me.Kind.Invitations.LifetimeDays),
            InviterId = me.Member.Id,
            InviterName = me.Member.Name,
        };
        invitation.PlanNextStep(now);
        var message = draft.Channel == InvitationChannel.Email && request.Notify
            ? OutboxMessage.Of(MessageTypes.Invitation, id, now, invitation.Generation)
            : null;
        db.Add(invitation);
        db.Add(ActivityEntry.Of(
            ActivityTypes.InviteCreated, me.Family.Id, me.Member, now, (id, draft.Name), draft.Given.Children.Keys, new() { ["role"] = invitation.Role }));
        if (message is not null)
        {
            db.Add(message);
        }

        facts.Pending++;
        if (draft.Email is { } email)
        {
            facts.Open[email.Key] = new(invitation, message, me.Member.Name);
        }

        return new InviteOutcome(draft.Index, InviteOutcome.Created, InviteResponse.Of(invitation, invitation.Children, message, me.Member.Name, null, now));
    }

    private async Task<Problem?> UnknownChildAsync(Insider me, IReadOnlyList<InviteDraft> drafts, CancellationToken ct)
    {
        var wanted = drafts.SelectMany(d => d.Given.Children.Keys).ToHashSet();
        if (wanted.Count == 0)
        {
            return null;
        }

        var childRoles = me.Kind.Roles.Where(r => r.Child).Select(r => r.Key).ToList();
        var known = await db.Members.Where(m => m.FamilyId == me.Family.Id && wanted.Contains(m.Id) && m.AccountId == null && childRoles.Contains(m.Role))
            .Where(Visible.Members(me.Actor)).Select(m => m.Id).ToListAsync(ct);
        var errors = new FieldErrors();
        foreach (var draft in drafts)
        {
            if (draft.Given.Children.Keys.Any(c => !known.Contains(c)))
            {
                errors.Add($"invites[{draft.Index}].children", "There is no such child that you can see.");
            }
        }

        return errors.Problem;
    }

    private static string ChannelName(InvitationChannel channel) => channel switch
    {
        InvitationChannel.None => "link",
        InvitationChannel.Email => "email",
        InvitationChannel.Phone => "phone",
    };

    [EndpointSummary("Invite one or many people")]
    [EndpointDescription("201 when something was created; 200 when all are invited or members already; else the first refusal, with every outcome in items.")]
    private static async Task<IResult> PostAsync(Guid familyId, CreateInvitesRequest request, CreateInvites create, CancellationToken ct) =>
        (await create.HandleAsync(familyId, request, ct)).ToHttp(Answer);

    private static IResult Answer(CreateInvitesResponse response)
    {
        if (response.Count > 0)
        {
            return TypedResults.Json(response, statusCode: 201);
        }

        if (response.Items.FirstOrDefault(i => i.Problem is not null)?.Problem is not { } first)
        {
            return TypedResults.Ok(response);
        }

        return new Problem(first.Status, first.Code, first.Title, first.Detail) { RetryAfter = first.RetryAfter }.ToHttp(("items", response.Items));
    }
}
