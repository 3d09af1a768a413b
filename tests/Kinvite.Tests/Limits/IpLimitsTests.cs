using System.Diagnostics.Metrics;
using System.Net;
using Kinvite.Hosting;
using Kinvite.Limits;
using Kinvite.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Kinvite.Tests.Limits;

public sealed class IpLimitsTests
{
    private static readonly Limit Three = new("three", 3, TimeSpan.FromHours(1));

    [Fact]
    public void One_network_is_refused_after_its_share_and_another_is_not()
    {
        using var limits = Limits(new());
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(limits.Take(Three, From($"2001:db8:1:2::{i}")));
        }

        var refused = limits.Take(Three, From("2001:db8:1:2:ffff::1"));

        Assert.Equal((429, "limit.exceeded"), (refused!.Status, refused.Code));
        Assert.InRange(refused.RetryAfter!.Value, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(20));
        Assert.Null(limits.Take(Three, From("2001:db8:1:3::1")));
        Assert.Null(limits.Take(Three with { Name = "other" }, From("2001:db8:1:2::1")));
    }

    [Fact]
    public void The_answer_says_how_much_is_left()
    {
        using var limits = Limits(new());
        var http = From("203.0.113.9");

        limits.Take(Three, http);

        Assert.Equal("\"three\";q=3;w=3600", http.Response.Headers["RateLimit-Policy"].ToString());
        Assert.Equal("\"three\";r=2;t=0", http.Response.Headers["RateLimit"].ToString());
    }

    [Fact]
    public void The_factor_multiplies_it()
    {
        using var limits = Limits(new() { Limits = { Factor = 2 } });
        var answers = Enumerable.Range(0, 7).Select(_ => limits.Take(Three, From("203.0.113.9"))).ToList();

        Assert.Equal(6, answers.Count(a => a is null));
    }

    private static IpLimits Limits(KinviteOptions options) =>
        new(Options.Create(options), new KinviteMetrics(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>()));

    private static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
}
