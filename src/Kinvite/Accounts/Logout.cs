using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>Ends the session of this request: one UPDATE, and the next request anywhere is signed out.</summary>
internal sealed class Logout(KinviteDbContext db, CurrentAccount account, SessionCookie cookie, TimeProvider clock)
{
    public async Task HandleAsync(HttpContext http, CancellationToken ct)
    {
        if (account.SessionId is { } session)
        {
            var now = clock.Now();
            await db.Sessions.Where(s => s.Id == session && s.EndedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
        }

        if (account.Kind is null || account.ByCookie)
        {
            cookie.Delete(http);
        }
    }

    public static void Map(IEndpointRouteBuilder auth) => auth.MapPost("/logout", PostAsync).RequireAccount().ForChildren()
        .WithName(nameof(Logout)).Produces(204).ProducesProblem(401);

    [EndpointSummary("Sign out")]
    [EndpointDescription("The session is over on every server at once.")]
    private static async Task<IResult> PostAsync(HttpContext http, Logout useCase, CancellationToken ct)
    {
        await useCase.HandleAsync(http, ct);
        return TypedResults.NoContent();
    }
}
