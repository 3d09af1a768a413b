using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Faults;

/// <summary>What tests of real server processes share: their settings, a crowd that asks for codes, and waiting for what the database says.</summary>
internal static class FaultsTest
{
    /// <summary>For a server on this database that mails through this mail server.</summary>
    public static Dictionary<string, string> Settings(string connectionString, FakeSmtpServer mails) => new(mails.Settings, StringComparer.Ordinal)
    {
        ["ConnectionStrings__Kinvite"] = connectionString,
        ["Kinvite__MasterKey"] = PostgresFixture.MasterKey,
        ["Kinvite__Limits__Factor"] = "1000",
    };

    public static string Address(int number) => $"anna{number}@example.org";

    /// <summary>Asks for a code for each of these.</summary>
    public static async Task AskAsync(ServerProcess server, IEnumerable<string> addresses)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        await Task.WhenAll(addresses.Select(async email =>
        {
            using var asked = await client.PostAsJsonAsync("/api/auth/codes", new { email });
            Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        }));
    }

    /// <summary>Somebody who signed in with the code that this mail server got.</summary>
    public static async Task<Person> SignInAsync(ServerProcess server, FakeSmtpServer mails, string email)
    {
        var person = new Person(server.Address, server.Mailbox);
        await person.PostAsync("/api/auth/codes", new { email }, HttpStatusCode.Accepted);
        var code = DevelopmentMailbox.CodeIn((await mails.WaitForAsync(email)).Data);
        person.Take(await person.PostAsync("/api/auth/codes/verify", new { email, code }, HttpStatusCode.OK));
        return person;
    }

    /// <summary>How long it took; fails after <paramref name="atMost"/>.</summary>
    public static async Task<TimeSpan> Until(Func<Task<bool>> reached, TimeSpan atMost, Func<string> otherwise)
    {
        var waited = Stopwatch.StartNew();
        while (!await reached())
        {
            Assert.True(waited.Elapsed < atMost, $"Not within {atMost.TotalSeconds} s: {otherwise()}");
            await Task.Delay(100);
        }

        return waited.Elapsed;
    }

    /// <summary>Waits until so many messages are done with.</summary>
    public static Task<TimeSpan> UntilDoneAsync(TestDatabase database, int messages, TimeSpan atMost) => Until(
        async () => await database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE done_at IS NOT NULL") >= messages, atMost, () => $"{messages} messages done");
}
