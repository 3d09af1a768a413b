using Kinvite.Http;

namespace Kinvite.Limits;

/// <summary>So many of something in a time, for each of those it is counted for.</summary>
/// <param name="Name">Stable, part of the counter's key and of the <c>RateLimit</c> field.</param>
/// <param name="Count">How many at once; one more becomes free each <paramref name="Per"/> / <paramref name="Count"/>.</param>
/// <param name="Per">The time in which all become free again.</param>
internal sealed record Limit(string Name, int Count, TimeSpan Per)
{
    /// <summary>False for what is counted for somebody else than the caller: the rest would tell that others were at it.</summary>
    public bool Shown { get; init; } = true;

    /// <summary>A number of the design that no setting multiplies.</summary>
    public bool Fixed { get; init; }

    /// <summary>The refusal, with the time after which asking again makes sense.</summary>
    public static Problem Exceeded(TimeSpan wait) =>
        new(429, "limit.exceeded", "This was too often", "Wait as long as Retry-After says and try again.") { RetryAfter = wait };

    /// <summary>The same where it is the day's texts, of the family or of the server, that are used up: another way is open.</summary>
    public static Problem NoTextsLeft(TimeSpan wait) =>
        Exceeded(wait) with { Title = "Today's texts are used up", Detail = "Invite by e-mail, hand the link over yourself, or wait as long as Retry-After says.", Words = "texts.used_up" };
}

/// <summary>A limit and whom it counts.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Who">An account id, address key, family id or client network; only its keyed hash is stored.</param>
internal sealed record LimitUse(Limit Limit, string Who);

/// <summary>What is left of one.</summary>
/// <param name="Most">How many at once, with this server's factor.</param>
/// <param name="Left">How many more now.</param>
/// <param name="Wait">Until the next becomes free; zero when there is one.</param>
internal sealed record LimitLeft(int Most, int Left, TimeSpan Wait);

/// <summary>Every rate limit of callers (design.md §2). <c>Kinvite:Limits:Factor</c> multiplies them all.</summary>
internal static class CallerLimits
{
    /// <summary>Creating, resending and readdressing invitations, per person.</summary>
    public static readonly Limit Invite = new("invite", 50, TimeSpan.FromMinutes(10));

    /// <summary>The same, to one recipient's address key.</summary>
    public static readonly Limit InviteRecipient = new("invite-recipient", 5, TimeSpan.FromDays(1)) { Shown = false };

    /// <summary>The same, per family.</summary>
    public static readonly Limit InviteFamily = new("invite-family", 200, TimeSpan.FromDays(1)) { Shown = false };

    /// <summary>Asking to get in, per person: each makes others a mail.</summary>
    public static readonly Limit AccessRequest = new("access-request", 20, TimeSpan.FromHours(1));

    /// <summary>One-time codes asked for, per address key.</summary>
    public static readonly Limit Code = new("code", 5, TimeSpan.FromHours(1)) { Shown = false };

    /// <summary>One-time codes asked for, per client network: else one caller could write to everybody.</summary>
    public static readonly Limit CodeNetwork = new("code-network", 60, TimeSpan.FromMinutes(1));

    /// <summary>Tries to sign in, per address key.</summary>
    public static readonly Limit SignIn = new("sign-in", 10, TimeSpan.FromMinutes(1)) { Shown = false };

    /// <summary>Tries to sign in, per client network.</summary>
    public static readonly Limit SignInNetwork = new("sign-in-network", 60, TimeSpan.FromMinutes(1));

    /// <summary>Guests by one link: whoever has it needs no more than a name, so this is what keeps a crowd out.</summary>
    public static readonly Limit GuestByLink = new("guest", 20, TimeSpan.FromDays(1)) { Shown = false, Fixed = true };

    /// <summary>Texts to one number, whatever they say.</summary>
    public static readonly Limit TextNumber = new("text-number", 10, TimeSpan.FromDays(1)) { Shown = false };

    /// <summary>Texts to numbers that begin alike (country and area): whoever earns at texts has many of them.</summary>
    public static readonly Limit TextPrefix = new("text-prefix", 40, TimeSpan.FromDays(1)) { Shown = false };

    /// <summary>Invitations by text, per family.</summary>
    public static readonly Limit TextFamily = new("text-family", 30, TimeSpan.FromDays(1)) { Shown = false };

    /// <summary>Texts that tell somebody with an account what happened, per number: so few that its codes still come, whoever makes things happen.</summary>
    public static readonly Limit TextNews = new("text-news", 3, TimeSpan.FromDays(1)) { Shown = false };

    /// <summary>All texts of this server: what a day can cost at most.</summary>
    public static readonly Limit TextDay = new("text-day", 500, TimeSpan.FromDays(1)) { Shown = false };

    /// <summary>Previews of links, per client network; counted in the process, so that a forged token costs no query.</summary>
    public static readonly Limit Preview = new("preview", 60, TimeSpan.FromMinutes(1));
}
