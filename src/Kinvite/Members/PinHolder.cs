using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>The child whose digits somebody is about to change, and the sessions that hang on it.</summary>
internal static class PinHolder
{
    private static readonly Problem NoChild = Problem.Invalid("pin", "Only children without an account have digits for a shared tablet.");

    /// <summary>The caller and the child, inside the transaction that locked the family; or why there are no digits to change for them.</summary>
    public static async Task<Result<(Insider Me, Member Child)>> PinHolderAsync(
        this KinviteDbContext db, FamilyDoor door, Family locked, Guid memberId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(locked, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var me = entered.Value;
        var target = await db.Members.Include(m => m.Children).Where(m => m.FamilyId == locked.Id && m.Id == memberId)
            .Where(Visible.Members(me.Actor)).SingleOrDefaultAsync(ct);
        if (target is null)
        {
            return Problem.NotFound;
        }

        if (RightsRule.MayLookAfter(me.Actor, target.Id) is { Allowed: false } no)
        {
            return Problem.RightsMissing with { Detail = no.Because };
        }

        return target.AccountId is not null ? MemberProblems.HasAccount with { Detail = "Digits for a shared tablet are for children who cannot sign in." }
            : target.IsChildIn(me.Kind) ? (me, target) : NoChild;
    }

    /// <summary>Whoever is in as this child on a shared tablet is out, on every server.</summary>
    public static Task<int> EndTabletSessionsAsync(this KinviteDbContext db, Guid familyId, Guid memberId, DateTimeOffset now, CancellationToken ct) =>
        db.Sessions.Where(s => s.FamilyId == familyId && s.MemberId == memberId && s.EndedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
}
