using System.Text.Json;
using System.Text.RegularExpressions;
using Kinvite.Accounts;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Kinvite.Http;

/// <summary>
/// What goes wrong outside a use case: a body that cannot be read, a database that does not answer, a bug.
/// The same answer in every environment, and never an internal name in it.
/// </summary>
internal sealed partial class FaultHandler(TimeProvider clock, ILogger<FaultHandler> logger) : IExceptionHandler
{
    /// <summary>While the database is away every request fails alike: one line for all of them is enough.</summary>
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    public static readonly Problem Internal = new(500, "internal", "Something went wrong on our side", "Try again; if it stays, tell whoever runs this server.");
    public static readonly Problem TooLarge = new(413, "body.too_large", "This is too much at once", "Send at most 256 KiB.");
    public static readonly Problem MediaType = new(415, "media_type", "This sort of content is not understood here", "Send application/json.");
    public static readonly Problem FormStale = new(400, "form.stale", "This page was open too long", "Load the page again and repeat the last step.");

    private long saidAt;
    private int unsaid;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested && exception is OperationCanceledException)
        {
            httpContext.Response.StatusCode = 499;
            return true;
        }

        var problem = Describe(exception, httpContext.RequestServices?.GetService<CurrentAccount>()?.AccountId);
        if (problem.Status == 503)
        {
            SayUnavailable(exception);
        }
        else if (problem.Status >= 500)
        {
            LogFault(exception);
        }

        await problem.ToHttp().ExecuteAsync(httpContext);
        return true;
    }

    /// <param name="exception">What was thrown.</param>
    /// <param name="caller">The account that is signed in; null for nobody.</param>
    public static Problem Describe(Exception exception, Guid? caller) => exception switch
    {
        BadHttpRequestException { StatusCode: 413 } => TooLarge,
        BadHttpRequestException { InnerException: JsonException json } => Unreadable(json),
        BadHttpRequestException { StatusCode: 415 } => MediaType,
        BadHttpRequestException bad when UnreadValue().Match(bad.Message) is { Success: true } value =>
            Problem.Invalid(value.Groups["name"].Value, "This is not what is expected here: check the value in the address."),
        BadHttpRequestException bad => Problem.Invalid("body", "The request could not be read.") with { Status = bad.StatusCode },
        AntiforgeryValidationException => FormStale,
        _ when GoneAccounts(exception) is { } gone => gone.Count == 0 || caller is null || gone.Contains(caller.Value) ? Problem.AuthRequired : Problem.NotFound,
        _ when IsUnavailable(exception) => Problem.Unavailable,
        _ => Internal,
    };

    /// <summary>Whether the database, and not the request, is what is wrong.</summary>
    public static bool IsUnavailable(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is PostgresException postgres)
            {
                // Shut down, starting up, out of connections, lock or statement time-out: 57P*, 53*, 55P03, 08*.
                return postgres.SqlState.StartsWith("57", StringComparison.Ordinal)
                    || postgres.SqlState.StartsWith("53", StringComparison.Ordinal)
                    || postgres.SqlState.StartsWith("08", StringComparison.Ordinal)
                    || postgres.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;
            }

            if (e is NpgsqlException or TimeoutException)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The accounts that were deleted while the request ran: what would belong to them is refused by their key. When it is the caller's own, or the one that was
    /// signing in, whoever asked is signed out; somebody else who is gone is not there any more. Null: this is something else.
    /// </summary>
    private static HashSet<Guid>? GoneAccounts(Exception exception) => exception switch
    {
        DbUpdateConcurrencyException changed when changed.Entries.Any(e => e.Entity is Account) => [.. changed.Entries.Select(e => e.Entity).OfType<Account>().Select(a => a.Id)],
        DbUpdateException { InnerException: PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation } refused } update
            when refused.ConstraintName?.EndsWith("_accounts_account_id", StringComparison.Ordinal) == true =>
            [.. update.Entries.Where(e => e.Metadata.FindProperty(nameof(Session.AccountId)) is not null)
                .Select(e => e.CurrentValues[nameof(Session.AccountId)]).OfType<Guid>()],
        _ => null,
    };

    private void SayUnavailable(Exception exception)
    {
        Interlocked.Increment(ref unsaid);
        var (now, last) = (clock.GetTimestamp(), Interlocked.Read(ref saidAt));
        if ((last == 0 || clock.GetElapsedTime(last, now) >= SayEvery) && Interlocked.CompareExchange(ref saidAt, now, last) == last)
        {
            LogUnavailable(Interlocked.Exchange(ref unsaid, 0), exception.GetType().Name);
        }
    }

    private static Problem Unreadable(JsonException json)
    {
        var path = json.Path?.TrimStart('$').TrimStart('.');
        return Problem.Invalid(string.IsNullOrEmpty(path) ? "body" : path, "This is not what is expected here: check the name, the type and the JSON itself.");
    }

    // A value of the query that has the wrong type: the framework says which only in its words, Failed to bind parameter "Nullable<int> limit" from "abc".
    [GeneratedRegex("""^Failed to bind parameter "(?:[^"]* )?(?<name>\w+)" from """, RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UnreadValue();

    [LoggerMessage(9001, LogLevel.Warning, "Requests could not be answered, {Count} since this was last said: the database does not answer ({Fault})")]
    private partial void LogUnavailable(int count, string fault);

    [LoggerMessage(9000, LogLevel.Error, "A request failed")]
    private partial void LogFault(Exception exception);
}
