using Kinvite.Http;

namespace Kinvite.Pages;

/// <summary>Who looks at the page, and when: one instant for the whole page, so that its relative times agree with each other.</summary>
internal sealed class Viewer(CurrentAccount account, TimeProvider clock)
{
    /// <summary>The page's instant.</summary>
    public DateTimeOffset Now { get; } = clock.Now();

    public bool IsSignedIn => account.IsSignedIn;

    public string Name => account.DisplayName;

    /// <summary>The viewer's own zone; UTC while nobody is signed in.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(account.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;
}
