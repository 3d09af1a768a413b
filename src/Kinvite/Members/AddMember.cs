using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Persistence;
using Kinvite.Rights;
using Kinvite.Wording;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>Somebody without an account: a child, a baby, an elder. Never with an address; who has one is invited.</summary>
/// <param name="Name">1 to 80 characters, without links or phone numbers.</param>
/// <param name="Role">A role of the family's kind that needs no account.</param>
/// <param name="BirthYear">From 1900 to this year.</param>
/// <param name="Avatar">A name of the built-in set.</param>
/// <param name="Pin">Four digits that a child types on a shared tablet, none that others would guess; left out = the face is enough.</param>
public sealed record AddMemberRequest(string? Name, string? Role, int? BirthYear = null, string? Avatar = null, string? Pin = null);

/// <summary>Adds a profile without account. For a child the entry <c>child.added</c> by one of its guardians is the record of their consent.</summary>
internal sealed class AddMember(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, Idempotency idempotency, PinHashes hashes, TimeProvider clock)
{
    public Task<Result<MemberResponse>> HandleAsync(Guid familyId, AddMemberRequest request, CancellationToken ct) =>
        idempotency.OnceAsync(
            kept => AgainAsync(familyId, kept.Made[0], ct),
            () =>
            {
                var id = Guid.CreateVersion7(clock.Now());
                // Slow on purpose, and therefore before the family is locked.
                var pin = PinRule.IsPin(request.Pin) ? hashes.Of(id, request.Pin!) : null;
                return transaction.RunAsync(familyId, family => AddAsync(family, id, request, pin, ct), ct);
            },
            ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/members", PostAsync).Idempotent()
        .WithName(nameof(AddMember)).Produces<MemberResponse>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<MemberResponse>> AgainAsync(Guid familyId, Guid id, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var me = entered.Value;
        var member = await db.Members.AsNoTracking().Include(m => m.Children).Where(m => m.FamilyId == familyId && m.Id == id)
            .Where(Visible.Members(me.Actor)).SingleOrDefaultAsync(ct);
        return member is null ? Problem.NotFound : MemberResponse.Of(member, me, me.Member.Name);
    }

    private async Task<Result<MemberResponse>> AddAsync(Family family, Guid id, AddMemberRequest request, string? pinHash, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var me = entered.Value;
        var now = clock.Now();
        if (me.LacksForAdding is { } lacks)
        {
            return lacks;
        }

        var given = Check(request, me.Kind, now);
        if (given.Refused(out problem))
        {
            return problem;
        }

        var (name, role) = given.Value;
        if (role.Child && !me.Actor.IsGuardian && me.Member.Id != family.OwnerId)
        {
            return Problem.RightsMissing with { Detail = "Somebody who looks after children here adds one." };
        }

        if (RightsRule.MayGrant(me.Actor, new(role.Permission, WholeFamily: true, new Dictionary<Guid, Permission>(), role.CapabilitySet)) is { Allowed: false } no)
        {
            return Problem.RightsCeiling with { Detail = no.Because };
        }

        var everybody = await db.Members.AsNoTracking().Include(m => m.Children).Where(m => m.FamilyId == family.Id).ToListAsync(ct);
        if (everybody.Count(m => m.AccountId is null) >= me.Kind.Limits.MembersWithoutAccount || everybody.Count >= me.Kind.Limits.Members)
        {
            return MemberProblems.NoRoomForProfile;
        }

        if (role.Child && !everybody.Exists(m => m.WholeFamily && Guardians.IsGuardian(m, me.Kind)))
        {
            return Guardians.LastGuardian;
        }

        var added = new Member
        {
            FamilyId = family.Id,
            Id = id,
            Name = name,
            Role = role.Key,
            Permission = role.Permission,
            WholeFamily = true,
            BirthYear = request.BirthYear,
            Avatar = request.Avatar,
            PinHash = pinHash,
            JoinedAt = now,
            InvitedBy = me.Member.Id,
        };
        db.Add(added);
        db.Add(ActivityEntry.Of(
            role.Child ? ActivityTypes.ChildAdded : ActivityTypes.MemberJoined, family.Id, me.Member, now, (added.Id, added.Name),
            role.Child ? [added.Id] : [], new() { ["role"] = added.Role }));
        if (await idempotency.KeepAsync(201, [added.Id], outcomes: null, ct) is { } running)
        {
            return running;
        }

        await db.SaveChangesAsync(ct);
        return MemberResponse.Of(added, me, me.Member.Name);
    }

    private static Result<(string Name, KindRole Role)> Check(AddMemberRequest request, FamilyKind kind, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        var name = errors.Take("name", PersonName.Parse(request.Name));
        if (request.Role is not { } key || kind.FindRole(key) is not { NeedsAccount: false } role)
        {
            var roles = kind.Roles.Where(r => !r.NeedsAccount).Select(r => r.Key).ToList();
            errors.Add("role", roles.Count == 0 ? "In this kind of family everybody has an account: invite them." : $"Give one of: {string.Join(", ", roles)}.");
            role = null!;
        }

        errors.CheckBirthYear(request.BirthYear, now);
        errors.CheckAvatar(request.Avatar);
        if (request.Pin is not null)
        {
            var wrong = kind.FindRole(request.Role ?? "") is not { Child: false } ? PinRule.Refuses(request.Pin, request.BirthYear, now) : "Only children have digits for a shared tablet.";
            if (wrong is not null)
            {
                errors.Add("pin", wrong);
            }
        }

        return errors.Problem is { } problem ? problem : (name!, role);
    }

    [EndpointSummary("Add somebody without an account")]
    [EndpointDescription("A child, a baby, an elder: a profile that somebody else looks after. Never with an e-mail address or a phone number.")]
    private static async Task<IResult> PostAsync(Guid familyId, AddMemberRequest request, AddMember add, CancellationToken ct) =>
        (await add.HandleAsync(familyId, request, ct)).ToHttp(member => TypedResults.Created($"/api/families/{familyId}/members/{member.Id}", member));
}
