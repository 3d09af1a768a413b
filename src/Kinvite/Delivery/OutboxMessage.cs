namespace Kinvite.Delivery;

/// <summary>Where a message stands, as the sender sees it.</summary>
public enum DeliveryState
{
    /// <summary>Nothing is sent: handed over by the inviter.</summary>
    None = 0,

    /// <summary>Waits for its first or next try.</summary>
    Queued = 1,

    /// <summary>The next server took it.</summary>
    Sent = 2,

    /// <summary>The provider says it arrived.</summary>
    Delivered = 3,

    /// <summary>The connection broke between the data and the answer: perhaps it left (RFC 1047).</summary>
    Uncertain = 4,

    /// <summary>Refused for good.</summary>
    Failed = 5,

    /// <summary>Came back later.</summary>
    Bounced = 6,

    /// <summary>Not sent any more: replaced by a newer one, or no longer wanted.</summary>
    Dropped = 7,
}

/// <summary>
/// A message to send: its type and ids, never an address, code or link (design.md §3 rule 10).
/// Use cases only insert rows; only the worker changes them.
/// </summary>
internal sealed class OutboxMessage
{
    public required Guid Id { get; init; }

    /// <summary>Names the feature's registration that loads, drops or renders it: <c>invitation</c>, <c>code</c>, <c>joined</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What it is about: an invitation, a code, a member.</summary>
    public required Guid SubjectId { get; init; }

    /// <summary>The generation of the subject when it was queued; an older one is dropped.</summary>
    public short Generation { get; init; }

    /// <summary>To whom, where the subject does not say: an account id.</summary>
    public Guid? RecipientId { get; init; }

    /// <summary>0 goes first (codes), 1 after it.</summary>
    public required short Priority { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset DueAt { get; set; }
    public DeliveryState State { get; set; } = DeliveryState.Queued;
    public DateTimeOffset? StateAt { get; set; }
    public int Attempts { get; set; }

    /// <summary>What the other side said, shortened and without addresses.</summary>
    public string? Detail { get; set; }
    public Guid? LeaseId { get; set; }
    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>Set when no further try follows.</summary>
    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>A row to insert with the change that it tells about; after the commit comes <see cref="OutboxSignal.Wake"/>.</summary>
    /// <param name="type">The type's name: <c>InvitationMessage.Name</c>.</param>
    /// <param name="subjectId">What it is about.</param>
    /// <param name="now">The clock; due at once.</param>
    /// <param name="generation">The subject's, where it has one.</param>
    /// <param name="recipientId">An account, where the subject does not say to whom.</param>
    /// <param name="first">Goes before the others: somebody waits for it at the screen.</param>
    public static OutboxMessage Of(string type, Guid subjectId, DateTimeOffset now, short generation = 0, Guid? recipientId = null, bool first = false) => new()
    {
        Id = Guid.CreateVersion7(now),
        Type = type,
        SubjectId = subjectId,
        Generation = generation,
        RecipientId = recipientId,
        Priority = (short)(first ? 0 : 1),
        CreatedAt = now,
        DueAt = now,
    };
}
