using Kinvite.Http;
using Kinvite.Members;

namespace Kinvite.Families;

/// <summary>One family; to anybody who is not in it, it does not exist.</summary>
internal sealed class GetFamily(FamilyDoor door, CurrentAccount account)
{
    public async Task<Result<FamilyResponse>> HandleAsync(Guid familyId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        return entered.Refused(out var problem)
            ? problem
            : FamilyResponse.Of(entered.Value.Family, entered.Value.Member.Role, entered.Value.Member.Permission, account.DefaultFamilyId);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("", GetAsync).ForChildren()
        .WithName(nameof(GetFamily)).Produces<FamilyResponse>().ProducesProblem(404);

    [EndpointSummary("One family")]
    private static async Task<IResult> GetAsync(Guid familyId, GetFamily get, CancellationToken ct) => (await get.HandleAsync(familyId, ct)).ToOk();
}
