using Kinvite.Activity;
using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Kinvite.Wording;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>Invites one or many people; never waits for a mail server.</summary>
internal sealed class CreateInvites(
    KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, SendingLimits limits, DisposableDomains disposable, Idempotency idempotency, SendingWays sending, OutboxSignal outbox, TimeProvider clock)
{
    public Task<Result<CreateInvitesResponse>> HandleAsync(Guid familyId, CreateInvitesRequest request, CancellationToken ct) =>
        idempotency.OnceAsync(kept => AgainAsync(familyId, kept, ct), () => FirstAsync(familyId, request, ct), ct);

    private async Task<Result<CreateInvitesResponse>> AgainAsync(Guid familyId, IdempotencyKey kept, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.InvitesManage)) is not null)
        {
            return problem;
        }

        var made = kept.Made;
        var rows = await InviteRow.Of(db, db.Invitations.AsNoTracking().Include(i => i.Children).Where(i => i.FamilyId == familyId && made.Contains(i.Id))
            .Where(Visible.Invitations(entered.Value.Actor))).ToListAsync(ct);
        var now = clock.Now();
        return CreateInvitesResponse.Again(kept, rows.ToDictionary(r => r.Invitation.Id, r => InviteResponse.Of(r, now)));
    }

    private async Task<Result<CreateInvitesResponse>> FirstAsync(Guid familyId, CreateInvitesRequest request, CancellationToken ct)
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
        if (await UnknownAsync(me, drafts, ct) is { } unknown)
        {
            return unknown;
        }

        var ways = await sending.WaysAsync(drafts.Select(d => d.To), ct);
        var allowances = await limits.TakeAsync(me.Member.AccountId!.Value, familyId, drafts.Select(d => request.Notify ? d.To?.Key : null).ToList(), ct);
        var result = await transaction.RunAsync(familyId, family => CreateAsync(family, request, drafts, ways, allowances, now, ct), ct);
        if (!result.Refused(out _) && request.Notify)
        {
            outbox.Wake();
        }

        return result;
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/invites", PostAsync).Idempotent()
        .WithName(nameof(CreateInvites)).Produces<CreateInvitesResponse>(201).Produces<CreateInvitesResponse>()
        .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429);

    private async Task<Result<CreateInvitesResponse>> CreateAsync(
        Family family, CreateInvitesRequest request, IReadOnlyList<InviteDraft> drafts, OpenWays ways, SendingAllowance allowance, DateTimeOffset now, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.InvitesManage)) is not null)
        {
            return problem;
        }

        var me = entered.Value;
        var facts = await InviteFacts.LoadAsync(db, family.Id, drafts, now, ct);
        var items = new List<InviteOutcome>(drafts.Count);
        foreach (var draft in drafts)
        {
            items.Add(Decide(draft, me, request, facts, ways, allowance, now));
        }

        var answer = CreateInvitesResponse.Of(items);
        // Where everything was refused nothing has happened: sent again, it is tried again.
        if ((answer.Ok || answer.Count > 0) && await idempotency.KeepAsync(answer.Count > 0 ? (short)201 : (short)200, answer.Made, answer.Outcomes, ct) is { } running)
        {
            return running;
        }

        await db.SaveChangesAsync(ct);
        return answer;
    }

    private InviteOutcome Decide(
        InviteDraft draft, Insider me, CreateInvitesRequest request, InviteFacts facts, OpenWays ways, SendingAllowance allowance, DateTimeOffset now)
    {
        var decision = InviteDecision.Decide(draft, me, facts, disposable, !request.Notify || ways.Serve(draft.To), now);
        return decision.Answer switch
        {
            InviteAnswer.Refused => InviteOutcome.Refused(draft.Index, decision.Problem!),
            InviteAnswer.AlreadyMember => new(draft.Index, InviteOutcome.AlreadyMember),
            InviteAnswer.AlreadyInvited => AlreadyInvited(draft, me, facts, now),
            InviteAnswer.Invites when !allowance.Has(draft.Index) => InviteOutcome.Refused(draft.Index, allowance.Refusal(draft.Index)),
            InviteAnswer.Invites => Create(draft, me, request, facts, now),
        };
    }

    private static InviteOutcome AlreadyInvited(InviteDraft draft, Insider me, InviteFacts facts, DateTimeOffset now)
    {
        var open = facts.InTheWay(draft.To!.Key, draft.AsGrant, me.Actor)!;
        return new(draft.Index, InviteOutcome.AlreadyInvited, InviteResponse.Of(open.Invitation, open.Invitation.Children, open.Message, open.InviterName, null, now));
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
            Address = draft.To?.Value,
            AddressKey = draft.To?.Key,
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
            MemberId = draft.MemberId,
            Generation = 1,
            CreatedAt = now,
            ExpiresAt = now.AddDays(me.Kind.Invitations.LifetimeDays),
            InviterId = me.Member.Id,
            InviterName = me.Member.Name,
        };
        invitation.PlanNextStep(now);
        var message = draft.Channel != InvitationChannel.None && request.Notify
            ? OutboxMessage.Of(MessageTypes.Invitation, id, now, invitation.Generation)
            : null;
        db.Add(invitation);
        db.Add(ActivityEntry.Of(
            ActivityTypes.InviteCreated, me.Family.Id, me.Member, now, (id, draft.Name), invitation.Concerns, new() { ["role"] = invitation.Role }));
        if (message is not null)
        {
            db.Add(message);
        }

        facts.Pending++;
        facts.Opened(new(invitation, message, me.Member.Name));

        if (draft.MemberId is { } profile)
        {
            facts.OpenByProfile[profile] = id;
        }

        return new InviteOutcome(draft.Index, InviteOutcome.Created, InviteResponse.Of(invitation, invitation.Children, message, me.Member.Name, null, now));
    }

    private async Task<Problem?> UnknownAsync(Insider me, IReadOnlyList<InviteDraft> drafts, CancellationToken ct)
    {
        var errors = new FieldErrors();
        foreach (var draft in await InviteFacts.UnknownChildrenAsync(db, me, drafts, ct))
        {
            errors.Add($"invites[{draft.Index}].children", InviteFacts.NoSuchChild);
        }

        foreach (var draft in await InviteFacts.UnknownProfilesAsync(db, me, drafts, ct))
        {
            errors.Add($"invites[{draft.Index}].memberId", "There is no such profile that you can see.");
        }

        return errors.Problem;
    }

    [EndpointSummary("Invite one or many people")]
    [EndpointDescription("201 when something was created; 200 when all are invited or members already; else the first refusal, with every outcome in items.")]
    private static async Task<IResult> PostAsync(Guid familyId, CreateInvitesRequest request, CreateInvites create, HttpContext http, ProblemLanguage language, CancellationToken ct) =>
        (await create.HandleAsync(familyId, request, ct)).ToHttp(response => Answer(response, response.In(http, language)));

    // The whole call's refusal is said in the caller's language where all refusals are.
    private static IResult Answer(CreateInvitesResponse response, CreateInvitesResponse said)
    {
        if (response.Count > 0)
        {
            return TypedResults.Json(said, statusCode: 201);
        }

        if (response.Items.FirstOrDefault(i => i.Problem is not null)?.Problem is not { } first)
        {
            return TypedResults.Ok(said);
        }

        return first.AsProblem().ToHttp(("items", said.Items));
    }
}
