using System.Net;
using System.Text;
using Kinvite.Delivery.Texts;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;
using Kinvite.Server.Tests.Delivery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Kinvite.Server.Tests.Texts;

/// <summary>The application with a Twilio that a test holds in its hands, over real sockets both ways.</summary>
public sealed class TextServer(PostgresFixture postgres) : IAsyncLifetime
{
    public const string Operator = "operator@example.org";
    private const string Account = "AC123";
    private const string Token = "a token of twilio";
    private static int numbers = 10_00_00_00;

    private FakeHttpServer twilio = null!;
    private int held;

    public TestDatabase Database { get; private set; } = null!;

    /// <summary>1 counts as design.md says; with the usual one limits do not get into a test's way.</summary>
    public string Factor { get; init; } = "1000";

    public KinviteApp App { get; private set; } = null!;

    /// <summary>What Twilio answers to a text to this number: status and code (0: the connection ends without an answer); else it takes it.</summary>
    public Dictionary<string, (int Status, int Code)> Refusals { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers to all texts wait for this.</summary>
    internal Task Holds { get; set; } = Task.CompletedTask;

    /// <summary>Texts that Twilio has in its hands and has not answered yet.</summary>
    internal int Held => held;

    /// <summary>A Danish number that no other test uses; each in an area of its own where the area is left out.</summary>
    public static string NewNumber() => $"+45{Interlocked.Add(ref numbers, 100_000)}";

    public async ValueTask InitializeAsync()
    {
        twilio = await FakeHttpServer.StartAsync();
        twilio.Answer = AnswerAsync;
        Database = await postgres.CreateDatabaseAsync();
        App = await StartAsync();
    }

    /// <summary>Another server of the same.</summary>
    internal Task<KinviteApp> StartAsync(Action<KinviteAppSettings>? change = null) => KinviteApp.StartAsync(Database.ConnectionString, s =>
    {
        s.Configuration["Kinvite:Twilio:AccountSid"] = Account;
        s.Configuration["Kinvite:Twilio:AuthToken"] = Token;
        s.Configuration["Kinvite:Twilio:From"] = "+4520000000";
        s.Configuration["Kinvite:Twilio:BaseUrl"] = twilio.Address.AbsoluteUri;
        s.Configuration["Kinvite:OperatorEmails"] = Operator;
        s.Configuration["Kinvite:Limits:Factor"] = Factor;
        change?.Invoke(s);
    });

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Database.DisposeAsync();
        await twilio.DisposeAsync();
    }

    /// <summary>The texts that Twilio got for a number.</summary>
    internal IReadOnlyList<SentText> To(string number) =>
        [.. twilio.Received.Select(r => QueryHelpers.ParseQuery(r.Body)).Where(f => f["To"] == number).Select(f => new SentText(f["Body"].ToString(), new Uri(f["StatusCallback"].ToString())))];

    internal async Task<SentText> WaitForAsync(string number, int seen = 0)
    {
        for (var i = 0; i < 400; i++)
        {
            if (To(number) is { } texts && texts.Count > seen)
            {
                return texts[^1];
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"No text number {seen + 1} to {number}.");
    }

    /// <summary>Somebody whose account has nothing but this number; the digits are derived.</summary>
    internal async Task<Person> SignInByPhoneAsync(string number, string displayName)
    {
        var person = App.NewPerson();
        var seen = To(number).Count;
        var challenge = (await person.PostAsync("/api/auth/codes", new { phone = number }, HttpStatusCode.Accepted)).GetProperty("challenge").GetGuid();
        await WaitForAsync(number, seen);
        person.Take(await person.PostAsync("/api/auth/codes/verify", new { phone = number, challenge, code = SigningIn.Digits(App, challenge), displayName }, HttpStatusCode.OK));
        return person;
    }

    /// <summary>Waits until what is shown about an invitation's message is that.</summary>
    internal static async Task<string> StateAsync(Circle circle, Guid invite, string expected)
    {
        var state = "";
        for (var i = 0; i < 200 && state != expected; i++)
        {
            state = (await circle.Founder.GetAsync($"{circle.Invites}/{invite}")).GetProperty("delivery").GetProperty("state").GetString()!;
            await Task.Delay(50);
        }

        return state;
    }

    /// <summary>A call by Twilio, signed with its token over the public address.</summary>
    internal async Task<HttpResponseMessage> CallAsync(string path, Dictionary<string, string> fields, string token = Token, string? signature = null, bool signed = true)
    {
        fields.TryAdd("AccountSid", Account);
        using var person = App.NewPerson();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) };
        if (signed)
        {
            request.Headers.Add("X-Twilio-Signature", signature ?? Convert.ToBase64String(
                TwilioSignature.Sign(token, $"http://localhost:5080{path}", fields.ToDictionary(f => f.Key, f => new StringValues(f.Value), StringComparer.Ordinal))));
        }

        return await person.Client.SendAsync(request);
    }

    internal async Task ReplyAsync(string number, string body)
    {
        using var answer = await CallAsync("/api/hooks/twilio/inbound", new(StringComparer.Ordinal) { ["From"] = number, ["Body"] = body });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response></Response>", await answer.Content.ReadAsStringAsync());
    }

    private async Task AnswerAsync(HttpContext http, ReceivedCall call)
    {
        Interlocked.Increment(ref held);
        await Holds;
        Interlocked.Decrement(ref held);
        var (status, code) = Refusals.GetValueOrDefault(QueryHelpers.ParseQuery(call.Body)["To"].ToString(), (201, 0));
        if (status == 0)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = status;
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(status == 201 ? $$"""{"sid":"SM{{Guid.NewGuid():N}}"}""" : $$"""{"code":{{code}},"message":"So it is"}"""));
    }
}

/// <param name="Body">Its words.</param>
/// <param name="Callback">Where its fate is reported.</param>
internal sealed record SentText(string Body, Uri Callback);
