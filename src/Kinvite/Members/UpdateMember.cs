using System.Globalization;
using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Persistence;
using Kinvite.Rights;
using Kinvite.Wording;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>Changes who somebody is, what they may do, and until when. What they could not invite to any more ends with the same commit.</summary>
internal sealed class UpdateMember(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, TimeProvider clock)
{
    public Task<Result<MemberResponse>> HandleAsync(Guid familyId, Guid memberId, UpdateMemberRequest request, CancellationToken ct) =>
        transaction.RunAsync(familyId, family => UpdateAsync(family, memberId, request, ct), ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapPatch("/members/{id:guid}", PatchAsync)
        .WithName(nameof(UpdateMember)).Produces<MemberResponse>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<MemberResponse>> UpdateAsync(Family family, Guid memberId, UpdateMemberRequest request, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var me = entered.Value;
        var now = clock.Now();
        var everybody = await db.Members.Include(m => m.Children).Where(m => m.FamilyId == family.Id).ToListAsync(ct);
        if (everybody.Find(m => m.Id == memberId && SeenBy(me, m)) is not { } target)
        {
            return Problem.NotFound;
        }

        if (request.ChangesProfile && me.LacksForProfileOf(target) is { } lacks)
        {
            return lacks;
        }

        var errors = new FieldErrors();
        var name = request.Name.IsSet ? errors.Take("name", PersonName.Parse(request.Name.Value)) : target.Name;
        errors.CheckAvatar(request.Avatar.Value);
        errors.CheckBirthYear(request.BirthYear.Value, now);
        var wanted = WantedStanding.Of(request, target, target.Id == family.OwnerId, me.Kind, now);
        if (wanted.Refused(out problem))
        {
            // To those who may change nothing, it is not the field that is wrong.
            return me.Lacks(Capabilities.MembersManage) ?? problem;
        }

        if ((problem = errors.Problem ?? UnknownChild(request, everybody, me)) is not null)
        {
            return problem;
        }

        var (before, after) = (target.Held(me.Kind), wanted.Value);
        if (StandingDecision.Refuses(me.Actor, target, target.Id == family.OwnerId, before, after, everybody, me.Kind) is { } refusal)
        {
            return refusal;
        }

        var children = before.Given.Children.Keys.Union(after.Given.Children.Keys).ToList();
        if (me.Kind.FindRole(target.Role) is { Child: true } && target.AccountId is null)
        {
            children = [target.Id];
        }

        var profile = (target.Name, target.Avatar, target.BirthYear);
        (target.Name, target.Avatar, target.BirthYear) = (name!, request.Avatar.Or(target.Avatar), request.BirthYear.Or(target.BirthYear));
        if (!before.SameAs(after))
        {
            target.Hold(after.Given, after.AccessUntil, now, me.Member.Id);
            await db.EndAboveAsync(family.Id, target.Id, target.AsActor(me.Kind, now), me.Kind, now, ct);
        }

        if (!before.SameAs(after) || profile != (target.Name, target.Avatar, target.BirthYear))
        {
            db.Add(ActivityEntry.Of(ActivityTypes.MemberChanged, family.Id, me.Member, now, (target.Id, target.Name), children, WhatChanged(me.Member, target, before, after)));
        }

        await db.SaveChangesAsync(ct);
        return MemberResponse.Of(target, me, everybody.Find(m => m.Id == target.InvitedBy && SeenBy(me, m))?.Name);
    }

    private static Dictionary<string, string> WhatChanged(Member actor, Member target, Standing before, Standing after)
    {
        if (!before.SameAccess(after))
        {
            return new() { ["what"] = "access", ["role"] = target.Role, ["permission"] = PermissionName.Of(target.Permission) };
        }

        return before.AccessUntil != after.AccessUntil
            ? new() { ["what"] = "until", ["accessUntil"] = after.AccessUntil?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "" }
            : new() { ["what"] = actor.Id == target.Id ? "own" : "profile" };
    }

    private static Problem? UnknownChild(UpdateMemberRequest request, List<Member> everybody, Insider me) =>
        request.Children.Value?.Any(c => !everybody.Exists(m => m.Id == c!.ChildId && m.AccountId is null && me.Kind.FindRole(m.Role) is { Child: true } && SeenBy(me, m))) == true
            ? Problem.Invalid("children", "There is no such child that you can see.")
            : null;

    private static bool SeenBy(Insider me, Member member) =>
        Sees.Member(me.Actor, member.Id, member.AccountId is not null, member.WholeFamily, member.Children.Select(c => c.ChildId));

    [EndpointSummary("Change a member")]
    [EndpointDescription("JSON Merge Patch. Nobody gives more than they hold, and nobody raises themselves; the owner stays what they are, and every child keeps a guardian.")]
    private static async Task<IResult> PatchAsync(Guid familyId, Guid id, UpdateMemberRequest request, UpdateMember update, CancellationToken ct) =>
        (await update.HandleAsync(familyId, id, request, ct)).ToOk();
}
