using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Kinvite.Delivery.Health;

/// <summary>
/// Asks the system's name servers for TXT records (RFC 1035): one question by UDP, again by TCP where the answer does not fit. Everything is
/// bounded, nothing is cached, and what comes back is only shown to the operator.
/// </summary>
internal sealed class DnsTxt(IReadOnlyList<IPEndPoint>? servers = null, TimeSpan? timeout = null)
{
    private const int MostServers = 3;
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(3);
    private readonly TimeSpan timeout = timeout ?? Usual;

    /// <summary>The records, none when the name has none or does not exist, null when nobody answered.</summary>
    public async Task<IReadOnlyList<string>?> LookUpAsync(string name, CancellationToken ct)
    {
        if (DnsQuestion.Make(name, (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1)) is not { } question)
        {
            return [];
        }

        foreach (var server in servers ?? SystemServers())
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(timeout);
            try
            {
                var answer = DnsAnswer.Read(await ByUdpAsync(server, question, limit.Token), question);
                if (answer.IsCut)
                {
                    answer = DnsAnswer.Read(await ByTcpAsync(server, question, limit.Token), question);
                }

                if (answer.Texts is { } texts)
                {
                    return texts;
                }
            }
            catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
            {
                // The next one may answer.
            }
        }

        return null;
    }

    private static async Task<byte[]> ByUdpAsync(IPEndPoint server, byte[] question, CancellationToken ct)
    {
        using var socket = new UdpClient(server.AddressFamily);
        socket.Connect(server); // answers from elsewhere do not reach us
        await socket.SendAsync(question, ct);
        while (true)
        {
            var received = (await socket.ReceiveAsync(ct)).Buffer;
            if (DnsAnswer.Fits(received, question))
            {
                return received;
            }
        }
    }

    private static async Task<byte[]> ByTcpAsync(IPEndPoint server, byte[] question, CancellationToken ct)
    {
        using var client = new TcpClient(server.AddressFamily);
        await client.ConnectAsync(server, ct);
        var stream = client.GetStream();
        var framed = new byte[question.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)question.Length);
        question.CopyTo(framed, 2);
        await stream.WriteAsync(framed, ct);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, ct);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, ct);
        return answer;
    }

    private static IEnumerable<IPEndPoint> SystemServers()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().DnsAddresses).Distinct().Take(MostServers).Select(a => new IPEndPoint(a, 53))];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }
}

/// <summary>The question as bytes.</summary>
internal static class DnsQuestion
{
    /// <summary>TXT in class IN.</summary>
    public static readonly byte[] TypeAndClass = [0, 16, 0, 1];

    /// <summary>Null when the name cannot be one.</summary>
    public static byte[]? Make(string name, ushort id)
    {
        var labels = name.TrimEnd('.').Split('.');
        if (name.Length > 250 || labels.Any(l => l.Length is 0 or > 63 || !Ascii.IsValid(l)))
        {
            return null;
        }

        // One question, recursion wished, one additional record: EDNS (RFC 6891) with room for 1232 bytes.
        List<byte> question = [(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1];
        foreach (var label in labels)
        {
            question.Add((byte)label.Length);
            question.AddRange(Encoding.ASCII.GetBytes(label));
        }

        return [.. question, 0, .. TypeAndClass, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0];
    }
}

/// <summary>An answer, read with as much distrust as anything else from the net.</summary>
/// <param name="IsCut">It did not fit; ask by TCP.</param>
/// <param name="Texts">The records; null when it is no answer to the question.</param>
internal readonly record struct DnsAnswer(bool IsCut, IReadOnlyList<string>? Texts)
{
    private const int Header = 12;
    private const int MostRecords = 50;

    /// <summary>Whether it is an answer to this question at all: same id, same name.</summary>
    public static bool Fits(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> question)
    {
        var asked = question[Header..(question.Length - 11)];
        return answer.Length >= Header + asked.Length && answer[..2].SequenceEqual(question[..2]) && (answer[2] & 0x80) != 0 && answer[4] == 0 && answer[5] == 1
            && Ascii.EqualsIgnoreCase(answer.Slice(Header, asked.Length), asked);
    }

    public static DnsAnswer Read(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> question)
    {
        if (!Fits(answer, question))
        {
            return new(false, null);
        }

        if ((answer[2] & 0x02) != 0)
        {
            return new(true, null);
        }

        return (answer[3] & 0x0F) switch
        {
            0 => new(false, ReadTexts(answer, question.Length - 11)),
            3 => new(false, []), // there is no such name
            _ => new(false, null),
        };
    }

    private static List<string> ReadTexts(ReadOnlySpan<byte> answer, int at)
    {
        var texts = new List<string>();
        var count = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(answer[6..]), (ushort)MostRecords);
        for (var i = 0; i < count && SkipName(answer, ref at) && at + 10 <= answer.Length; i++)
        {
            var isText = answer.Slice(at, 4).SequenceEqual(DnsQuestion.TypeAndClass);
            var length = BinaryPrimitives.ReadUInt16BigEndian(answer[(at + 8)..]);
            at += 10;
            if (at + length > answer.Length)
            {
                break;
            }

            if (isText)
            {
                texts.Add(Strings(answer.Slice(at, length)));
            }

            at += length;
        }

        return texts;
    }

    // Strings of at most 255 bytes each, that belong together.
    private static string Strings(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder(data.Length);
        while (data.Length > 0 && data[0] < data.Length)
        {
            foreach (var b in data.Slice(1, data[0]))
            {
                text.Append(b is >= 0x20 and < 0x7f ? (char)b : '?');
            }

            data = data[(data[0] + 1)..];
        }

        return text.ToString();
    }

    // A pointer ends a name, so that none is ever followed.
    private static bool SkipName(ReadOnlySpan<byte> answer, ref int at)
    {
        while (at < answer.Length)
        {
            var length = answer[at];
            if (length == 0 || length >= 0xC0)
            {
                at += length == 0 ? 1 : 2;
                return at <= answer.Length;
            }

            at += length + 1;
        }

        return false;
    }
}
