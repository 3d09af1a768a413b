using Kinvite.Delivery.Reports;
using Kinvite.Persistence;

namespace Kinvite.Delivery;

/// <summary>
/// How a feature registers one type of message. Delivery knows no feature: it hands over the row, the feature loads what the row is
/// about, compares generation and status, and says what to send or why nothing is sent. Registered as singletons.
/// </summary>
internal interface IMessageType
{
    /// <summary>The name in <see cref="OutboxMessage.Type"/>.</summary>
    string Type { get; }

    /// <summary>Loads and renders the message at the moment it is sent, so that links and codes exist only then.</summary>
    Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct);

    /// <summary>
    /// Runs when no further try follows, with the final state already in <paramref name="row"/>. What is added to
    /// <paramref name="db"/> commits together with that state; a fault here loses only itself, never the state.
    /// </summary>
    Task AfterAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Before a report is taken: locks what <see cref="ReportedAsync"/> changes, so that a family's row comes before the outbox's.</summary>
    Task LockAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct) => Task.CompletedTask;

    /// <summary>
    /// Runs when something is reported of a mail that had left, with the new state already in <paramref name="row"/>, in the same transaction.
    /// A complaint may come again.
    /// </summary>
    Task ReportedAsync(OutboxMessage row, ReportKind kind, KinviteDbContext db, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Which of these finished messages the feature still shows somewhere; the others are removed some time after.</summary>
    Task<IReadOnlyCollection<Guid>> ShownAsync(IReadOnlyList<OutboxMessage> done, KinviteDbContext db, CancellationToken ct) =>
        Task.FromResult<IReadOnlyCollection<Guid>>([]);
}

/// <summary>What a feature makes of a row.</summary>
internal abstract record Prepared
{
    private Prepared()
    {
    }

    /// <summary>Nothing is sent.</summary>
    /// <param name="Reason">For operators; without names and addresses.</param>
    public sealed record Drop(string Reason) : Prepared;

    /// <summary>Not now.</summary>
    /// <param name="Until">When to ask again.</param>
    /// <param name="Reason">For operators; without names and addresses.</param>
    public sealed record Wait(DateTimeOffset Until, string Reason) : Prepared;

    /// <summary>Goes out by mail.</summary>
    public sealed record Send(OutgoingMail Mail) : Prepared;

    /// <summary>Goes out as a text.</summary>
    public sealed record SendText(Texts.OutgoingText Text) : Prepared;
}
