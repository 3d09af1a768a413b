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
    public const int ProviderIdLength = 100;

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

    /// <summary>What the provider calls the message, for its later reports.</summary>
    public string? ProviderId { get; set; }
    public Guid? LeaseId { get; set; }
    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>Set when no further try follows.</summary>
    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>A message to queue with the change that it tells about.</summary>
    public static OutboxMessage Of(string type, Guid subjectId, DateTimeOffset now, short generation = 0, Guid? recipientId = null) => new()
    {
        Id = Guid.CreateVersion7(now),
        Type = type,
        SubjectId = subjectId,
        Generation = generation,
        RecipientId = recipientId,
        Priority = type is MessageTypes.Code or MessageTypes.SignUp or MessageTypes.PasswordReset ? (short)0 : (short)1,
        CreatedAt = now,
        DueAt = now,
    };
}

/// <summary>What messages there are; the feature that owns one renders it.</summary>
internal static class MessageTypes
{
    /// <summary>A one-time code; subject: the code.</summary>
    public const string Code = "code";

    /// <summary>A one-time code for an account that was just registered, or that there is one already; subject: the code.</summary>
    public const string SignUp = "sign_up";

    /// <summary>A one-time code with which a new password can be set; subject: the code.</summary>
    public const string PasswordReset = "password_reset";

    /// <summary>Tells an address that how its account signs in has changed; subject: the address, generation: what, recipient: the account.</summary>
    public const string Security = "security";

    /// <summary>An invitation; subject: the invitation, with its generation.</summary>
    public const string Invitation = "invitation";

    /// <summary>Tells the inviter that somebody joined; subject: the new member, recipient: the inviter's account.</summary>
    public const string Joined = "joined";

    /// <summary>By an invitation that was used: each of the other guardians is told with a <see cref="Watcher"/> of their own; subject: the invitation.</summary>
    public const string Watchers = "watchers";

    /// <summary>Tells a guardian that somebody new sees a child; subject: the member who sees it, recipient: the guardian's account.</summary>
    public const string Watcher = "watcher";

    /// <summary>Tells that a member's time ends tomorrow; subject: the member, recipient: their account, or that of somebody who may extend it.</summary>
    public const string Ending = "ending";

    /// <summary>To somebody, and to those who may extend it: what they see of a child ends tomorrow; subject: the member.</summary>
    public const string ChildEnding = "child_ending";

    /// <summary>Tells a manager that somebody asks to get in; subject: the request, recipient: the manager's account.</summary>
    public const string Request = "request";

    /// <summary>Tells who asked that they are in; subject: the request.</summary>
    public const string Approved = "approved";

    /// <summary>Tells who asked that they are not; subject: the request.</summary>
    public const string Denied = "denied";

    /// <summary>Tells the inviter that a message could not be delivered; subject: the invitation.</summary>
    public const string Failed = "failed";

    /// <summary>Reminds the invited person; subject: the invitation, with its generation.</summary>
    public const string Reminder = "reminder";

    /// <summary>Tells an operator that texts cannot be sent; subject and recipient: the operator's account.</summary>
    public const string TextsOff = "texts_off";

    /// <summary>Tells somebody who wanted to invite by phone that it works now; subject and recipient: their account.</summary>
    public const string TextsOn = "texts_on";

    /// <summary>Tells the inviter that an invitation ran out; subject: the invitation.</summary>
    public const string Expired = "expired";
}
