using Kinvite.Delivery;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Faults;

/// <summary><c>kill -9</c> of a real server with mails queued and on their way: nothing is lost, and only what was on its way may come twice.</summary>
public sealed class KilledServerTests(PostgresFixture postgres)
{
    private const int Mails = 48;
    private const int AtOnce = 8;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task DLV_S03_Everything_leaves_within_a_minute_of_the_restart()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var scratch = new Scratch();
        await using var mails = new HoldingMailServer(AtOnce);
        var settings = FaultsTest.Settings(database.ConnectionString, mails.Smtp);
        string[] everybody = [.. Enumerable.Range(0, Mails).Select(FaultsTest.Address)];
        await using (var killed = await ServerProcess.StartReadyAsync(scratch.Path, settings))
        {
            await FaultsTest.AskAsync(killed, everybody);
            await mails.WaitUntilHoldsAsync(DeliveryWorker.Hands);
            await FaultsTest.UntilDoneAsync(database, AtOnce, Minute);
            await killed.KillAsync();
        }

        var inFlight = mails.HeldAfter;
        mails.Release();
        Assert.Equal(AtOnce + inFlight.Count, mails.Smtp.Received.Count);
        TimeSpan took;
        await using (var next = ServerProcess.Start(scratch.Path, settings))
        {
            took = await FaultsTest.Until(() => Task.FromResult(everybody.All(a => mails.Smtp.To(a).Count > 0)), Minute, () => $"{mails.Smtp.Received.Count} mails:\n{next.Output}");
            await FaultsTest.UntilDoneAsync(database, Mails, Minute);
        }

        Figures.Say($"{Mails - AtOnce} mails of a killed server left {took.TotalSeconds:0.0} s after the restart; {inFlight.Count} of them twice");
        AssertOnlyTwice(mails.Smtp, everybody, inFlight);
    }

    [Fact]
    public async Task DLV_S03_A_second_server_takes_over_when_the_lease_has_ended()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var scratch = new Scratch();
        await using var mails = new HoldingMailServer(atOnce: 0);
        await using var othersMails = new FakeSmtpServer();
        string[] everybody = [.. Enumerable.Range(0, Mails).Select(FaultsTest.Address)];
        var (first, later) = (everybody.Take(DeliveryWorker.Hands).ToList(), everybody.Skip(DeliveryWorker.Hands));
        await using var killed = await ServerProcess.StartReadyAsync(scratch.Path, FaultsTest.Settings(database.ConnectionString, mails.Smtp));
        await FaultsTest.AskAsync(killed, first);
        await mails.WaitUntilHoldsAsync(DeliveryWorker.Hands);
        await using var other = await ServerProcess.StartReadyAsync(scratch.Path, FaultsTest.Settings(database.ConnectionString, othersMails));
        await FaultsTest.AskAsync(killed, later);
        await FaultsTest.UntilDoneAsync(database, Mails - DeliveryWorker.Hands, Minute);
        Assert.DoesNotContain(othersMails.Received, m => first.Contains(m.Recipients[0]));

        await killed.KillAsync();
        mails.Release();
        var took = await FaultsTest.Until(
            () => Task.FromResult(everybody.All(a => othersMails.To(a).Count > 0)), Outbox.LeaseTime + TimeSpan.FromSeconds(10), () => $"{othersMails.Received.Count} mails:\n{other.Output}");

        Figures.Say($"a second server had sent what a killed one held {took.TotalSeconds:0.0} s after its death");
        await FaultsTest.UntilDoneAsync(database, Mails, Minute);
        Assert.Equal(mails.HeldAfter.Order(StringComparer.Ordinal), mails.Smtp.Received.Select(m => m.Recipients[0]).Order(StringComparer.Ordinal));
        AssertOnlyTwice(othersMails, everybody, []);
        Assert.All(mails.Smtp.Received, m => Assert.Equal(m.MessageId, othersMails.To(m.Recipients[0]).Single().MessageId));
    }

    /// <summary>What had arrived without the sender's knowledge comes again under the same Message-ID; everything else came once.</summary>
    private static void AssertOnlyTwice(FakeSmtpServer mails, IEnumerable<string> everybody, IReadOnlyCollection<string> twice)
    {
        Assert.All(everybody, address => Assert.Equal(twice.Contains(address) ? 2 : 1, mails.To(address).Count));
        Assert.All(everybody, address => Assert.Single(mails.To(address).Select(m => m.MessageId).Distinct()));
        Assert.Equal(Mails, mails.Received.Select(m => m.MessageId).Distinct().Count());
    }
}
