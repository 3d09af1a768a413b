using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Families;

/// <summary>Deletes a family for good.</summary>
/// <param name="Name">The family's name, typed once more: a guard against the wrong button.</param>
public sealed record DeleteFamilyRequest(string? Name);

/// <summary>Everything of the family goes with it: members, invitations, requests, history. Its id never comes back.</summary>
internal sealed class DeleteFamily(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door)
{
    public Task<Result<Guid>> HandleAsync(Guid familyId, DeleteFamilyRequest request, CancellationToken ct) =>
        transaction.RunAsync(familyId, family => EraseAsync(family, request, ct), ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapDelete("", DeleteAsync)
        .WithName(nameof(DeleteFamily)).Produces(204).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    private async Task<Result<Guid>> EraseAsync(Family family, DeleteFamilyRequest request, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.FamilyDelete)) is not null)
        {
            return problem;
        }

        if (request.Name?.Trim().Normalize() != family.Name)
        {
            return Problem.Invalid("name", "Type the family's name exactly as it is written.");
        }

        var accounts = await db.Members.Where(m => m.FamilyId == family.Id && m.AccountId != null).Select(m => m.AccountId!.Value).ToListAsync(ct);
        await db.Families.Where(f => f.Id == family.Id).ExecuteDeleteAsync(ct);
        await db.ForgetDefaultFamilyAsync(accounts, family.Id, ct);
        return family.Id;
    }

    [EndpointSummary("Delete a family")]
    [EndpointDescription("For good, with everything in it. The body repeats the family's name.")]
    private static async Task<IResult> DeleteAsync(Guid familyId, [FromBody] DeleteFamilyRequest request, DeleteFamily delete, CancellationToken ct) =>
        (await delete.HandleAsync(familyId, request, ct)).ToHttp(_ => TypedResults.NoContent());
}
