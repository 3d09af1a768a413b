using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>Which family an account's apps open first: the first one joined or made, and another when that one is left.</summary>
internal static class DefaultFamily
{
    /// <summary>After the membership is gone; one statement.</summary>
    public static Task ForgetDefaultFamilyAsync(this KinviteDbContext db, Guid accountId, Guid familyId, CancellationToken ct) =>
        db.ForgetDefaultFamilyAsync([accountId], familyId, ct);

    /// <summary>After the family is gone; one statement.</summary>
    public static Task ForgetDefaultFamilyAsync(this KinviteDbContext db, List<Guid> accountIds, Guid familyId, CancellationToken ct) =>
        db.Accounts.Where(a => accountIds.Contains(a.Id) && a.DefaultFamilyId == familyId).ExecuteUpdateAsync(
            a => a.SetProperty(x => x.DefaultFamilyId, x => db.Members.Where(m => m.AccountId == x.Id).OrderBy(m => m.FamilyId).Select(m => (Guid?)m.FamilyId).FirstOrDefault()),
            ct);
}
