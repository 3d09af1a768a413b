using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Trace = System.Diagnostics.Activity;

namespace Kinvite.Harness;

/// <summary>
/// Counts what one action costs the database: a statement is one execution of a command, and so is COMMIT; BEGIN is free.
/// The requests of an action are known by their trace, so that background work is not counted.
/// </summary>
public sealed class StatementCounter
{
    // The server takes a caller's trace on only where somebody listens.
    private static readonly ActivityListener Requests = Listen();

    private readonly ConcurrentDictionary<ActivityTraceId, ConcurrentQueue<string>> counted = new();

    public StatementCounter() => Interceptors = [new Commands(this), new Transactions(this)];

    /// <summary>To be registered with the application's services.</summary>
    public IReadOnlyList<IInterceptor> Interceptors { get; }

    /// <summary>The texts of the statements that <paramref name="action"/> caused, in order.</summary>
    public async Task<IReadOnlyList<string>> CountAsync(Func<Task> action)
    {
        GC.KeepAlive(Requests);
        using var activity = new Trace("counted").SetIdFormat(ActivityIdFormat.W3C);
        activity.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        var surrounding = Trace.Current;
        Trace.Current = null;
        try
        {
            activity.Start();
            var texts = counted[activity.TraceId] = new();
            await action();
            return [.. texts];
        }
        finally
        {
            counted.TryRemove(activity.TraceId, out _);
            activity.Stop();
            Trace.Current = surrounding;
        }
    }

    private static ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Microsoft.AspNetCore",
            Sample = static (ref _) => ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private void Add(string text)
    {
        if (Trace.Current is { } activity && counted.TryGetValue(activity.TraceId, out var texts))
        {
            texts.Enqueue(text);
        }
    }

    private sealed class Commands(StatementCounter counter) : DbCommandInterceptor
    {
        public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result) =>
            Counted(command, result);

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
            new(Counted(command, result));

        public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result) =>
            Counted(command, result);

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            new(Counted(command, result));

        public override InterceptionResult<object> ScalarExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<object> result) =>
            Counted(command, result);

        public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default) =>
            new(Counted(command, result));

        private T Counted<T>(DbCommand command, T result)
        {
            counter.Add(command.CommandText);
            return result;
        }
    }

    private sealed class Transactions(StatementCounter counter) : DbTransactionInterceptor
    {
        public override InterceptionResult TransactionCommitting(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
        {
            counter.Add("COMMIT");
            return result;
        }

        public override ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            counter.Add("COMMIT");
            return new(result);
        }
    }
}
