using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.AccessRequests;

/// <summary>Takes one's own request back: nobody can answer it any more, and what was queued for it is not sent.</summary>
internal sealed class WithdrawRequest(KinviteDbContext db, FamilyTransaction transaction, CurrentAccount account, TimeProvider clock)
{
    public Task<Result<Guid>> HandleAsync(Guid id, CancellationToken ct) =>
        transaction.RunForOwnRequestAsync(id, account.Id, _ => WithdrawAsync(id, ct), ct);

    public static void Map(IEndpointRouteBuilder api) => api.MapDelete("/access-requests/{id:guid}", DeleteAsync).RequireAccount()
        .WithName(nameof(WithdrawRequest)).Produces(204).ProducesProblem(401).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<Guid>> WithdrawAsync(Guid id, CancellationToken ct)
    {
        if (await db.AccessRequests.SingleOrDefaultAsync(r => r.Id == id && r.AccountId == account.Id, ct) is not { } request)
        {
            return Problem.NotFound;
        }

        if (request.Withdraw(clock.Now()) is { } resolved)
        {
            return resolved;
        }

        await db.SaveChangesAsync(ct);
        return request.Id;
    }

    [EndpointSummary("Withdraw a request of mine")]
    private static async Task<IResult> DeleteAsync(Guid id, WithdrawRequest withdraw, CancellationToken ct) =>
        (await withdraw.HandleAsync(id, ct)).ToHttp(_ => TypedResults.NoContent());
}
