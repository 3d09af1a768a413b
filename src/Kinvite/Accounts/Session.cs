namespace Kinvite.Accounts;

/// <summary>How a session came to be.</summary>
public enum SessionKind
{
    /// <summary>A browser with the cookie: 30 days idle, 180 at most.</summary>
    Web = 1,

    /// <summary>A program with access (1 h) and refresh (30 days) tokens.</summary>
    Api = 2,

    /// <summary>A family's shared tablet.</summary>
    Tablet = 3,
}

/// <summary>One sign-in. Only SHA-256 of its secrets is kept (design.md §4b), so ending it is one UPDATE and holds everywhere at once.</summary>
internal sealed class Session
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required SessionKind Kind { get; init; }
    public required byte[] SecretHash { get; set; }

    /// <summary>When the cookie or access token stops working.</summary>
    public required DateTimeOffset SecretEndsAt { get; set; }
    public byte[]? RefreshHash { get; set; }

    /// <summary>The refresh secret before the last rotation: good for 60 s more, after that its use ends the session.</summary>
    public byte[]? PreviousRefreshHash { get; set; }
    public DateTimeOffset? RefreshedAt { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>The end, whatever happens.</summary>
    public required DateTimeOffset EndsAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The last sign-in or code; changing addresses or passkeys needs one of the last 10 minutes.</summary>
    public required DateTimeOffset AuthenticatedAt { get; set; }

    /// <summary>What the browser calls itself, shortened.</summary>
    public string? Device { get; set; }
}
