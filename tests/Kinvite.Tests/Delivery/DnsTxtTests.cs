using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Kinvite.Delivery.Health;

namespace Kinvite.Tests.Delivery;

/// <summary>Against a name server of our own on a loopback port.</summary>
public sealed class DnsTxtTests
{
    [Fact]
    public async Task The_records_of_a_name_come_as_they_are_put_together_of_their_strings()
    {
        await using var server = new NameServer((question, _) => Answer(question, Txt("v=spf1 ", "-all"), Cname(), Txt("other")));
        Assert.Equal(["v=spf1 -all", "other"], await server.AskAsync("example.org"));
    }

    [Fact]
    public async Task No_such_name_has_no_records()
    {
        await using var server = new NameServer((question, _) => With(Answer(question), 3, 3));
        Assert.Equal([], await server.AskAsync("example.org"));
    }

    [Fact]
    public async Task What_does_not_fit_is_fetched_by_tcp()
    {
        await using var server = new NameServer((question, tcp) => tcp ? Answer(question, Txt(new string('x', 255), new string('y', 255))) : With(Answer(question), 2, 0x82));
        Assert.Equal([new string('x', 255) + new string('y', 255)], await server.AskAsync("example.org"));
    }

    [Fact]
    public async Task A_server_in_trouble_or_silent_is_no_answer()
    {
        await using var broken = new NameServer((question, _) => With(Answer(question), 3, 2));
        Assert.Null(await broken.AskAsync("example.org"));
        await using var silent = new NameServer((_, _) => null);
        Assert.Null(await silent.AskAsync("example.org", 300));
    }

    [Fact]
    public async Task An_answer_to_another_question_is_not_taken()
    {
        await using var server = new NameServer((question, _) => With(Answer(question, Txt("forged")), 0, (byte)(question[0] ^ 1)));
        Assert.Null(await server.AskAsync("example.org", 300));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("bücher.example")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123.example")]
    public async Task What_is_no_name_is_not_asked(string name) => Assert.Equal([], await new DnsTxt([new(IPAddress.Loopback, 1)]).LookUpAsync(name, CancellationToken.None));

    [Fact]
    public void Cut_off_or_changed_anywhere_an_answer_does_no_harm()
    {
        var question = DnsQuestion.Make("example.org", 7)!;
        var answer = Answer(question, Txt("v=spf1 -all"), Txt("two"));
        var random = new Random(7);
        for (var i = 0; i < answer.Length; i++)
        {
            DnsAnswer.Read(answer.AsSpan(0, i), question);
            for (var n = 0; n < 50; n++)
            {
                var changed = (byte[])answer.Clone();
                changed[i] = (byte)random.Next(256);
                Assert.True(DnsAnswer.Read(changed, question).Texts is null or { Count: <= 50 });
            }
        }
    }

    private static byte[] With(byte[] answer, int at, byte value)
    {
        answer[at] = value;
        return answer;
    }

    private static byte[] Answer(byte[] question, params byte[][] records)
    {
        List<byte> answer = [.. question[..^11]];
        (answer[2], answer[3], answer[11]) = (0x81, 0x80, 0);
        answer[7] = (byte)records.Length;
        foreach (var record in records)
        {
            answer.AddRange(record);
        }

        return [.. answer];
    }

    private static byte[] Txt(params string[] strings)
    {
        List<byte> data = [];
        foreach (var text in strings)
        {
            data.Add((byte)text.Length);
            data.AddRange(Encoding.ASCII.GetBytes(text));
        }

        return [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60, (byte)(data.Count >> 8), (byte)data.Count, .. data];
    }

    private static byte[] Cname() => [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xC0, 12];

    private sealed class NameServer : IAsyncDisposable
    {
        private readonly UdpClient udp = new(new IPEndPoint(IPAddress.Loopback, 0));
        private readonly TcpListener tcp;
        private readonly CancellationTokenSource ending = new();
        private readonly Task running;

        public NameServer(Func<byte[], bool, byte[]?> answer)
        {
            tcp = new(Address);
            tcp.Start();
            running = Task.WhenAll(UdpAsync(answer), TcpAsync(answer));
        }

        private IPEndPoint Address => (IPEndPoint)udp.Client.LocalEndPoint!;

        public Task<IReadOnlyList<string>?> AskAsync(string name, int milliseconds = 20_000) => new DnsTxt([Address], TimeSpan.FromMilliseconds(milliseconds)).LookUpAsync(name, CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            await ending.CancelAsync();
            udp.Dispose();
            tcp.Stop();
            await running;
            ending.Dispose();
        }

        private async Task UdpAsync(Func<byte[], bool, byte[]?> answer)
        {
            try
            {
                while (true)
                {
                    var asked = await udp.ReceiveAsync(ending.Token);
                    if (answer(asked.Buffer, false) is { } bytes)
                    {
                        await udp.SendAsync(bytes, asked.RemoteEndPoint, ending.Token);
                    }
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task TcpAsync(Func<byte[], bool, byte[]?> answer)
        {
            try
            {
                while (true)
                {
                    using var client = await tcp.AcceptTcpClientAsync(ending.Token);
                    var stream = client.GetStream();
                    var length = new byte[2];
                    await stream.ReadExactlyAsync(length, ending.Token);
                    var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                    await stream.ReadExactlyAsync(question, ending.Token);
                    var bytes = answer(question, true)!;
                    await stream.WriteAsync((byte[])[(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes], ending.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
