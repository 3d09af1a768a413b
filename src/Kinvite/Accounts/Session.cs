using System.Security.Cryptography;
using Kinvite.Links;

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
    public const int DeviceLength = 120;

    /// <summary>A browser that is not seen for so long is signed out.</summary>
    public static readonly TimeSpan WebIdle = TimeSpan.FromDays(30);

    /// <summary>A browser signs in again after so long, whatever happens.</summary>
    public static readonly TimeSpan WebLifetime = TimeSpan.FromDays(180);

    public static readonly TimeSpan AccessLifetime = TimeSpan.FromHours(1);
    public static readonly TimeSpan RefreshLifetime = TimeSpan.FromDays(30);

    /// <summary>How long a child stays in on a shared tablet's page: a day's coming and going, and nobody is found in on the next morning.</summary>
    public static readonly TimeSpan TabletLifetime = TimeSpan.FromHours(12);

    /// <summary>How long a refresh secret that was already used gets the same answer.</summary>
    public static readonly TimeSpan RefreshGrace = TimeSpan.FromSeconds(60);

    /// <summary>How often <see cref="LastSeenAt"/> is written: not on every request.</summary>
    public static readonly TimeSpan SeenInterval = TimeSpan.FromHours(1);

    public required Guid Id { get; init; }

    /// <summary>Null for a child on a shared tablet: then <see cref="MemberId"/> says who it is.</summary>
    public Guid? AccountId { get; init; }

    /// <summary>The family of the child on a shared tablet.</summary>
    public Guid? FamilyId { get; init; }

    /// <summary>The child on a shared tablet.</summary>
    public Guid? MemberId { get; init; }

    /// <summary>The shared tablet.</summary>
    public Guid? DeviceId { get; init; }
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

    /// <summary>Starts a session; its secrets exist only in what is returned.</summary>
    public static (Session Session, SessionTokens Tokens) Start(Guid accountId, SessionKind kind, string? device, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var secret = RandomNumberGenerator.GetBytes(SessionToken.SecretBytes);
        var refresh = kind == SessionKind.Web ? null : RandomNumberGenerator.GetBytes(SessionToken.SecretBytes);
        var session = new Session
        {
            Id = id,
            AccountId = accountId,
            Kind = kind,
            SecretHash = SHA256.HashData(secret),
            SecretEndsAt = now + (kind == SessionKind.Web ? WebIdle : AccessLifetime),
            RefreshHash = refresh is null ? null : SHA256.HashData(refresh),
            RefreshedAt = refresh is null ? null : now,
            CreatedAt = now,
            LastSeenAt = now,
            EndsAt = now + (kind == SessionKind.Web ? WebLifetime : RefreshLifetime),
            AuthenticatedAt = now,
            Device = Shortened(device),
        };
        return (session, session.TokensOf(secret, refresh, now));
    }

    /// <summary>A child is in on a shared tablet: on its page with a cookie, or in a program with tokens.</summary>
    public static (Session Session, SessionTokens Tokens) StartOnTablet(Guid familyId, Guid childId, Guid deviceId, bool page, string? device, DateTimeOffset now)
    {
        var secret = RandomNumberGenerator.GetBytes(SessionToken.SecretBytes);
        var refresh = page ? null : RandomNumberGenerator.GetBytes(SessionToken.SecretBytes);
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            FamilyId = familyId,
            MemberId = childId,
            DeviceId = deviceId,
            Kind = SessionKind.Tablet,
            SecretHash = SHA256.HashData(secret),
            SecretEndsAt = now + (page ? TabletLifetime : AccessLifetime),
            RefreshHash = refresh is null ? null : SHA256.HashData(refresh),
            RefreshedAt = refresh is null ? null : now,
            CreatedAt = now,
            LastSeenAt = now,
            EndsAt = now + (page ? TabletLifetime : RefreshLifetime),
            AuthenticatedAt = now,
            Device = Shortened(device),
        };
        return (session, session.TokensOf(secret, refresh, now));
    }

    /// <summary>Whether the cookie or access token with this secret signs in now.</summary>
    public static bool Opens(byte[] secretHash, DateTimeOffset secretEndsAt, DateTimeOffset endsAt, ReadOnlySpan<byte> secret, DateTimeOffset now) =>
        secretEndsAt > now && endsAt > now && IsHashOf(secretHash, secret);

    /// <summary>Until when a browser that is seen now stays signed in: 30 idle days, within the 180 of the session.</summary>
    public static DateTimeOffset IdleEnd(DateTimeOffset endsAt, DateTimeOffset now) => now + WebIdle < endsAt ? now + WebIdle : endsAt;

    /// <summary>
    /// Uses a refresh secret. The one before the last rotation gets the same answer again for 60 s, so that an answer lost on its way
    /// does no harm; after that its use means that two hold it, and ends the session (RFC 9700 §4.14.2).
    /// </summary>
    /// <returns>The new tokens; null when the secret is refused.</returns>
    public SessionTokens? Refresh(ReadOnlySpan<byte> refresh, KeyRing ring, DateTimeOffset now)
    {
        if (EndedAt is not null || EndsAt <= now || RefreshHash is null || RefreshedAt is not { } refreshedAt)
        {
            return null;
        }

        var access = ring.SessionSecretAfter(refresh, 1);
        var next = ring.SessionSecretAfter(refresh, 2);
        if (IsHashOf(RefreshHash, refresh))
        {
            (PreviousRefreshHash, RefreshHash, SecretHash) = (RefreshHash, SHA256.HashData(next), SHA256.HashData(access));
            (RefreshedAt, LastSeenAt, SecretEndsAt, EndsAt) = (now, now, now + AccessLifetime, now + RefreshLifetime);
            return TokensOf(access, next, now);
        }

        if (PreviousRefreshHash is null || !IsHashOf(PreviousRefreshHash, refresh))
        {
            return null;
        }

        if (now - refreshedAt > RefreshGrace)
        {
            EndedAt = now;
            return null;
        }

        return IsHashOf(RefreshHash, next) ? TokensOf(access, next, now) : null;
    }

    /// <summary>
    /// Its person has shown again that it is them. A browser gets a new secret, so that one which somebody took before is worth nothing
    /// (OWASP ASVS 5.0, 7.2.4); a program's tokens rotate by themselves.
    /// </summary>
    public SessionTokens? Confirm(DateTimeOffset now)
    {
        AuthenticatedAt = now;
        if (Kind != SessionKind.Web)
        {
            return null;
        }

        var secret = RandomNumberGenerator.GetBytes(SessionToken.SecretBytes);
        (SecretHash, SecretEndsAt, LastSeenAt) = (SHA256.HashData(secret), IdleEnd(EndsAt, now), now);
        return TokensOf(secret, refresh: null, now);
    }

    // Not through the middle of a character: half of one cannot be stored.
    private static string? Shortened(string? device) =>
        device is not { Length: > DeviceLength } ? device : device[..(char.IsHighSurrogate(device[DeviceLength - 1]) ? DeviceLength - 1 : DeviceLength)];

    private static bool IsHashOf(byte[] hash, ReadOnlySpan<byte> secret)
    {
        Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, actual);
        return CryptographicOperations.FixedTimeEquals(hash, actual);
    }

    private SessionTokens TokensOf(byte[] access, byte[]? refresh, DateTimeOffset now) => new(
        new SessionToken(Id, access).ToString(),
        refresh is null ? null : new SessionToken(Id, refresh).ToString(),
        SecretEndsAt - now,
        EndsAt - now);
}
