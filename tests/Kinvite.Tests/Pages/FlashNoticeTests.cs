using Kinvite.Hosting;
using Kinvite.Pages;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Kinvite.Tests.Pages;

public sealed class FlashNoticeTests
{
    private readonly SetClock clock = new();
    private readonly FlashNotice flash;

    public FlashNoticeTests()
    {
        var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        flash = new FlashNotice(
            new EphemeralDataProtectionProvider(), services.GetRequiredService<IStringLocalizer<NoticeTexts>>(), Options.Create(new KinviteOptions()), clock);
    }

    [Fact]
    public void A_notice_is_said_on_the_next_page_and_not_again()
    {
        var next = Next(Written(Notices.Joined, "The Larsens"));
        var notice = flash.Take(next);
        Assert.Equal(NoticeKind.Done, notice!.Kind);
        Assert.Contains("The Larsens", notice.Text, StringComparison.Ordinal);
        Assert.Equal(DateTimeOffset.UnixEpoch, SetCookie(next).Expires);
    }

    [Fact]
    public void A_notice_is_gone_after_a_minute()
    {
        var cookie = Written(Notices.Joined, "The Larsens");
        clock.Instant += TimeSpan.FromSeconds(59);
        Assert.NotNull(flash.Take(Next(cookie)));
        clock.Instant += TimeSpan.FromSeconds(1);
        Assert.Null(flash.Take(Next(cookie)));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("{\"Key\":\"Joined\",\"Kind\":1,\"Arguments\":[\"<b>\"],\"Until\":\"9999-01-01T00:00:00Z\"}")]
    public void Nobody_can_put_words_into_a_page(string forged) => Assert.Null(flash.Take(Next(forged)));

    [Fact]
    public void A_notice_cannot_be_read_by_scripts_and_stays_on_this_site()
    {
        var context = new DefaultHttpContext();
        flash.Write(context, Notices.SignedOut);
        Assert.True(SetCookie(context) is { HttpOnly: true, SameSite: Microsoft.Net.Http.Headers.SameSiteMode.Lax });
    }

    private string Written(NoticeKey key, params string[] arguments)
    {
        var context = new DefaultHttpContext();
        flash.Write(context, key, arguments);
        return SetCookie(context).Value.Value!;
    }

    private static DefaultHttpContext Next(string cookie)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = $"{FlashNotice.Cookie}={Uri.EscapeDataString(Uri.UnescapeDataString(cookie))}";
        return context;
    }

    private static SetCookieHeaderValue SetCookie(HttpContext context) =>
        SetCookieHeaderValue.ParseList([.. context.Response.Headers.SetCookie!]).Single();

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Instant { get; set; } = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Instant;
    }
}
