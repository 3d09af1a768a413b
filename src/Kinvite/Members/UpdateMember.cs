using System.Globalization;
using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Persistence;
using Kinvite.Rights;
using Kinvite.Wording;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>Changes who somebody is, what they may do, and until when. What they could not invite to any more ends with the same commit.</summary>
internal sealed class UpdateMember(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, OutboxSignal outbox, TimeProvider clock)
{
    public async Task<Result<MemberResponse>> HandleAsync(Guid familyId, Guid memberId, UpdateMemberRequest request, CancellationToken ct)
    {
        var result = await transaction.RunAsync(familyId, family => UpdateAsync(family, memberId, request, ct), ct);
        if (!result.Refused(out _))
        {
            outbox.Wake();
        }

        return result;
    }

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

        if (WantedShare.Applies(request, me, target))
        {
            return await ShareAsync(request, me, target, everybody, now, ct);
        }

        if (request.Step is not null)
        {
            return Problem.NotFound; // who sees everything, or whoever looks, is not let see a child
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

        if ((problem = errors.Problem ?? UnknownChild(request.Children.Value?.Select(c => c!.ChildId) ?? [], everybody, me)) is not null)
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
            Tell(target, before.Given.WholeFamily ? [] : after.Given.WholeFamily ? null : [.. after.Given.Children.Keys.Except(before.Given.Children.Keys)], everybody, me, now);
        }

        if (!before.SameAs(after) || profile != (target.Name, target.Avatar, target.BirthYear))
        {
            db.Add(ActivityEntry.Of(ActivityTypes.MemberChanged, family.Id, me.Member, now, (target.Id, target.Name), children, WhatChanged(me.Member, target, before, after)));
        }

        await db.SaveChangesAsync(ct);
        return MemberResponse.Of(target, me, everybody.Find(m => m.Id == target.InvitedBy && SeenBy(me, m))?.Name);
    }

    // Children one by one; what else the person sees is not touched, and stands in no line of what happened.
    private async Task<Result<MemberResponse>> ShareAsync(
        UpdateMemberRequest request, Insider me, Member target, List<Member> everybody, DateTimeOffset now, CancellationToken ct)
    {
        if ((me.Lacks(Capabilities.MembersManage) ?? UnknownChild(WantedShare.NamedIn(request), everybody, me)) is { } refused)
        {
            return refused;
        }

        if (WantedShare.Of(request, me, target, now) is var share && share.Refused(out var problem))
        {
            return problem;
        }

        var (managed, wanted) = share.Value;
        var before = target.Children.Where(c => managed.Contains(c.ChildId)).ToDictionary(c => c.ChildId, c => new ChildShare(c.Permission, target.EndFor(c)));
        if (before.Count == wanted.Count && wanted.All(w => before.GetValueOrDefault(w.Key) == w.Value))
        {
            return MemberResponse.Of(target, me, everybody.Find(m => m.Id == target.InvitedBy && SeenBy(me, m))?.Name);
        }

        if (!Guardians.Remain(everybody, target.Id, me.Kind, target.LastingWith(managed, wanted, me.Kind)))
        {
            return Guardians.LastGuardian;
        }

        target.Share(managed, wanted, me.Member.Id, now);
        await db.EndAboveAsync(me.Family.Id, target.Id, target.AsActor(me.Kind, now), me.Kind, now, ct);
        Tell(target, [.. wanted.Keys.Except(before.Keys)], everybody, me, now);
        db.Add(ActivityEntry.Of(
            ActivityTypes.MemberChanged, me.Family.Id, me.Member, now, (target.Id, target.Name), before.Keys.Union(wanted.Keys),
            wanted.Count == before.Count && wanted.All(w => before.GetValueOrDefault(w.Key)?.Permission == w.Value.Permission)
                ? new() { ["what"] = "until" }
                : new() { ["what"] = "access", ["permission"] = PermissionName.Of(wanted.Values.Select(w => w.Permission).DefaultIfEmpty(Permission.View).Max()) }));
        await db.SaveChangesAsync(ct);
        return MemberResponse.Of(target, me, everybody.Find(m => m.Id == target.InvitedBy && SeenBy(me, m))?.Name);
    }

    // Whoever else looks after a child hears who sees it from now on; null = every child.
    private void Tell(Member target, IReadOnlyCollection<Guid>? children, List<Member> everybody, Insider me, DateTimeOffset now) =>
        db.AddRange(Guardians.Told(everybody, target, children, me.Member.Id, me.Kind, now).Select(account => OutboxMessage.Of(MessageTypes.Watcher, target.Id, now, recipientId: account)));

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

    private static Problem? UnknownChild(IEnumerable<Guid> children, List<Member> everybody, Insider me) =>
        children.Any(c => !everybody.Exists(m => m.Id == c && m.AccountId is null && me.Kind.FindRole(m.Role) is { Child: true } && SeenBy(me, m)))
            ? Problem.Invalid("children", "There is no such child that you can see.")
            : null;

    private static bool SeenBy(Insider me, Member member) =>
        Sees.Member(me.Actor, member.Id, member.AccountId is not null, member.WholeFamily, member.Children.Select(c => c.ChildId));

    [EndpointSummary("Change a member")]
    [EndpointDescription("JSON Merge Patch. Nobody gives more than they hold, and nobody raises themselves; the owner stays what they are, and every child keeps a guardian.")]
    private static async Task<IResult> PatchAsync(Guid familyId, Guid id, UpdateMemberRequest request, UpdateMember update, CancellationToken ct) =>
        (await update.HandleAsync(familyId, id, request, ct)).ToOk();
}
