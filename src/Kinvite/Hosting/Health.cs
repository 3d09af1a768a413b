using Kinvite.Http;
using Kinvite.Persistence;
using Npgsql;

namespace Kinvite.Hosting;

/// <summary>For whoever watches the server: live = the process answers; ready = the database does, too.</summary>
internal static class Health
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", static () => TypedResults.Ok(new HealthResponse("live"))).ExcludeFromDescription().ShortCircuit();
        routes.MapGet("/health/ready", ReadyAsync).ExcludeFromDescription().ShortCircuit();
    }

    private static async Task<IResult> ReadyAsync(Database database, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            await using var command = database.Source.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(patience.Token);
            return TypedResults.Ok(new HealthResponse("ready"));
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            return Problem.Unavailable.ToHttp();
        }
    }
}

/// <summary>What <c>/health/*</c> answers.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
public sealed record HealthResponse(string Status);
