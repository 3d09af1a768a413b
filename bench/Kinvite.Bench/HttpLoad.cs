using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kinvite.Bench;

/// <summary>What a run of requests came to.</summary>
/// <param name="Answered">Requests with the status that was wanted.</param>
/// <param name="Other">Requests with another one, and the first of them.</param>
/// <param name="FirstOther">Status line and start of the body of the first of them.</param>
/// <param name="Seconds">From the first request to the last answer.</param>
/// <param name="Latencies">Of the answered ones, in microseconds, sorted.</param>
internal sealed record LoadResult(int Answered, int Other, string? FirstOther, double Seconds, IReadOnlyList<int> Latencies)
{
    public double PerSecond => Answered / Seconds;

    public double Milliseconds(double percentile) =>
        Latencies.Count == 0 ? 0 : Latencies[Math.Min(Latencies.Count - 1, (int)(Latencies.Count * percentile))] / 1000.0;
}

/// <summary>
/// Closed loop over kept-alive connections: each sends the next request when it has the answer. Plain sockets, because the generator shares
/// the machine with what it measures and must cost as little as possible.
/// </summary>
internal static class HttpLoad
{
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="connections">How many at once.</param>
    /// <param name="duration">After this nothing new is sent.</param>
    /// <param name="wanted">The status that counts as answered.</param>
    /// <param name="next">The whole of the next request, or null when there are no more.</param>
    public static async Task<LoadResult> RunAsync(int port, int connections, TimeSpan duration, int wanted, Func<string?> next)
    {
        var begun = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, connections).Select(_ => Task.Run(() => WorkAsync(port, begun, duration, wanted, next))).ToList();
        var results = await Task.WhenAll(workers);
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var latencies = results.SelectMany(r => r.Latencies).ToList();
        latencies.Sort();
        return new(latencies.Count, results.Sum(r => r.Other), results.Select(r => r.FirstOther).FirstOrDefault(o => o is not null), seconds, latencies);
    }

    private static async Task<(List<int> Latencies, int Other, string? FirstOther)> WorkAsync(
        int port, long begun, TimeSpan duration, int wanted, Func<string?> next)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var answer = new Answer(socket);
        var latencies = new List<int>();
        var other = 0;
        string? firstOther = null;
        while (Stopwatch.GetElapsedTime(begun) < duration && next() is { } request)
        {
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(Encoding.ASCII.GetBytes(request));
            var status = await answer.ReadAsync();
            if (status == wanted)
            {
                latencies.Add((int)Stopwatch.GetElapsedTime(sent).TotalMicroseconds);
            }
            else
            {
                other++;
                firstOther ??= answer.Text;
            }
        }

        return (latencies, other, firstOther);
    }

    /// <summary>Reads one answer after the other: its head, and as much body as <c>Content-Length</c> or the chunks say.</summary>
    private sealed class Answer(Socket socket)
    {
        private byte[] buffer = new byte[64 * 1024];
        private int filled;
        private int length;

        public string Text => Encoding.UTF8.GetString(buffer, 0, Math.Min(length, 600));

        public async Task<int> ReadAsync()
        {
            filled = 0;
            int head;
            while ((head = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
            {
                await FillAsync();
            }

            head += 4;
            var status = int.Parse(Encoding.ASCII.GetString(buffer, 9, 3), System.Globalization.CultureInfo.InvariantCulture);
            if (Number(buffer.AsSpan(0, head), "content-length: "u8) is { } announced)
            {
                while (filled < head + announced)
                {
                    await FillAsync();
                }
            }
            else if (status is not (204 or 304))
            {
                while (!buffer.AsSpan(head, filled - head).EndsWith("0\r\n\r\n"u8))
                {
                    await FillAsync();
                }
            }

            length = filled;
            return status;
        }

        private static int? Number(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
        {
            for (var at = 0; at < head.Length - name.Length; at++)
            {
                if (head[at] == '\n' && Ascii.EqualsIgnoreCase(head.Slice(at + 1, Math.Min(name.Length, head.Length - at - 1)), name)
                    && System.Buffers.Text.Utf8Parser.TryParse(head[(at + 1 + name.Length)..], out int number, out _))
                {
                    return number;
                }
            }

            return null;
        }

        private async Task FillAsync()
        {
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = await socket.ReceiveAsync(buffer.AsMemory(filled));
            filled += read > 0 ? read : throw new IOException("The server closed the connection.");
        }
    }
}
