using Kinvite.Http;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>New tokens for an old refresh token.</summary>
/// <param name="RefreshToken">From the last sign-in or refresh; good once.</param>
public sealed record RefreshSessionRequest(string? RefreshToken);

/// <summary>Rotates a program's tokens. The row is locked, so that of two refreshes at once the second sees the first.</summary>
internal sealed class RefreshSession(KinviteDbContext db, KeyRing ring, TimeProvider clock)
{
    public async Task<Result<TokenResponse>> HandleAsync(RefreshSessionRequest request, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(request.RefreshToken))
        {
            return Problem.Invalid("refreshToken", "The refresh token is needed.");
        }

        if (SessionToken.Parse(request.RefreshToken) is not { } token)
        {
            return AccountProblems.RefreshInvalid;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var session = (await db.Sessions.FromSql($"SELECT * FROM sessions WHERE id = {token.SessionId} FOR NO KEY UPDATE").ToListAsync(ct)).SingleOrDefault();
        if (session is null || !await IsThereAsync(session, ct))
        {
            return AccountProblems.RefreshInvalid;
        }

        var tokens = session.Refresh(token.Secret, ring, clock.Now());
        await db.SaveChangesAsync(ct); // also when refused: a second use may have ended the session
        await transaction.CommitAsync(CancellationToken.None);
        return tokens is null ? AccountProblems.RefreshInvalid : TokenResponse.Of(session.AccountId, tokens);
    }

    // The tablet of a child's session is there while the session is.
    private Task<bool> IsThereAsync(Session session, CancellationToken ct) => session.AccountId is { } account
        ? db.Accounts.AnyAsync(a => a.Id == account && a.DeletedAt == null, ct)
        : db.Members.AnyAsync(m => m.FamilyId == session.FamilyId && m.Id == session.MemberId && m.AccountId == null, ct);

    public static void Map(IEndpointRouteBuilder auth) => auth.MapPost("/refresh", PostAsync)
        .WithName(nameof(RefreshSession)).Produces<TokenResponse>().ProducesProblem(400).ProducesProblem(401);

    [EndpointSummary("Refresh the tokens")]
    [EndpointDescription("Each refresh token is good once. Using it again within 60 seconds gives the same answer; after that it ends the session.")]
    private static async Task<IResult> PostAsync(RefreshSessionRequest request, RefreshSession useCase, CancellationToken ct) =>
        (await useCase.HandleAsync(request, ct)).ToOk();
}
