using Kinvite.Http;
using Kinvite.Members;

namespace Kinvite.SeedPaths;

/// <summary>The family that these addresses mean: the caller's default one.</summary>
internal sealed class CallersFamily(FamilyDoor door, CurrentAccount account)
{
    public static readonly Problem None = new(409, "family.none", "You are in no family yet", "Start a family or accept an invitation first.");

    /// <summary>With the caller in it; one whose time there has ended is in none.</summary>
    public async Task<Result<Insider>> FindAsync(CancellationToken ct) =>
        account.DefaultFamilyId is { } id && await door.EnterAsync(id, ct) is { Problem: null } entered ? entered.Value : None;
}
