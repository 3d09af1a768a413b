using Kinvite.Http;
using Kinvite.Rights;

namespace Kinvite.Members;

/// <summary>What the caller is and may do in a family.</summary>
/// <param name="MemberId">The caller's member id.</param>
/// <param name="Role">The role's key.</param>
/// <param name="Permission">What they may do.</param>
/// <param name="Capabilities">Every named right they hold, for the family or for at least one child.</param>
/// <param name="Children">For a member of chosen children: which, and what for each.</param>
public sealed record MyMembershipResponse(
    Guid MemberId, string Role, Permission Permission, IReadOnlyList<string> Capabilities, IReadOnlyList<ChildAccess> Children);

/// <summary>Answers who one is in a family.</summary>
internal sealed class GetMyMembership(FamilyDoor door)
{
    public async Task<Result<MyMembershipResponse>> HandleAsync(Guid familyId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var me = entered.Value;
        return new MyMembershipResponse(
            me.Member.Id, me.Member.Role, me.Member.Permission, RightsRule.CapabilitiesOf(me.Actor), ChildAccess.Seen(me.Member.Children, me.Actor));
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/me", GetAsync).ForChildren()
        .WithName(nameof(GetMyMembership)).Produces<MyMembershipResponse>().ProducesProblem(404);

    [EndpointSummary("Who you are in this family, and what you may do")]
    private static async Task<IResult> GetAsync(Guid familyId, GetMyMembership get, CancellationToken ct) =>
        (await get.HandleAsync(familyId, ct)).ToOk();
}
