using Kinvite.Accounts;

namespace Kinvite.Http;

/// <summary>Who is signed in on this request; filled by the authentication handler from one statement.</summary>
internal sealed class CurrentAccount
{
    /// <summary>Null when nobody is signed in.</summary>
    public Guid? AccountId { get; set; }
    public Guid? SessionId { get; set; }
    public SessionKind? Kind { get; set; }

    /// <summary>The session's secret came in the cookie, which a browser sends by itself.</summary>
    public bool ByCookie { get; set; }

    /// <summary>The child that is in on a shared tablet; then there is no account, and nothing of one.</summary>
    public Guid? ChildId { get; set; }

    /// <summary>A secret that a use case gave this browser's session: its cookie follows with the answer.</summary>
    public SessionTokens? Renewed { get; set; }

    /// <summary>The family of <see cref="ChildId"/>.</summary>
    public Guid? FamilyId { get; set; }
    public string DisplayName { get; set; } = "";
    public string Locale { get; set; } = "en";
    public string TimeZone { get; set; } = "UTC";
    public bool IsGuest { get; set; }
    public Guid? DefaultFamilyId { get; set; }

    /// <summary>The last sign-in or code of this session.</summary>
    public DateTimeOffset? AuthenticatedAt { get; set; }

    /// <summary>Somebody with an account; a child on a shared tablet is not.</summary>
    public bool IsSignedIn => AccountId is not null;

    /// <summary>A child on a shared tablet: only what names it (<c>ForChildren</c>) is open to it.</summary>
    public bool IsChild => ChildId is not null;

    /// <summary>The signed-in account; only behind <c>RequireAccount</c>.</summary>
    public Guid Id => AccountId ?? throw new InvalidOperationException("Nobody is signed in: the endpoint lacks RequireAccount.");
}
