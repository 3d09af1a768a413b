using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Kinvite.Harness;

/// <summary>What a <see cref="FaultProxy"/> does with the traffic.</summary>
public enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>New connections are reset at once.</summary>
    Refuse,

    /// <summary>Everything is swallowed, in both directions, and connections stay open.</summary>
    Blackhole,
}

/// <summary>Stands between the application and PostgreSQL (or a mail server) on a loopback port and breaks the connection as told.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    /// <summary>A transaction's end as Npgsql sends it, with the zero behind it; its loading of types ends with COMMIT TRANSACTION.</summary>
    public const string Commit = "COMMIT\0";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<Socket> connect;
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<Socket, Socket> open = new();
    private readonly Task accepting;
    private volatile Trigger? trigger;

    private FaultProxy(Func<Socket> connect)
    {
        this.connect = connect;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public Fault Fault { get; set; }

    /// <summary>Added to each read, in both directions.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>A proxy before a database, and the connection string that leads through it.</summary>
    public static (FaultProxy Proxy, string ConnectionString) Before(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        EndPoint target = settings.Host!.StartsWith('/')
            ? new UnixDomainSocketEndPoint(Path.Combine(settings.Host, $".s.PGSQL.{settings.Port}"))
            : new DnsEndPoint(settings.Host, settings.Port);
        var proxy = new FaultProxy(() => Connect(target));
        (settings.Host, settings.Port, settings.SslMode) = ("127.0.0.1", proxy.Port, SslMode.Disable);
        return (proxy, settings.ConnectionString);
    }

    /// <summary>A proxy before a port of this machine.</summary>
    public static FaultProxy Before(int port) => new(() => Connect(new IPEndPoint(IPAddress.Loopback, port)));

    /// <summary>Breaks every open connection.</summary>
    public void ResetAll()
    {
        foreach (var (near, far) in open)
        {
            Reset(near);
            Reset(far);
        }
    }

    /// <summary>The next time the application sends <paramref name="text"/>: resets before it arrives, so that it has no effect.</summary>
    public Task ResetOnceBefore(string text) => Arm(text, swallowReply: false);

    /// <summary>The next time the application sends <paramref name="text"/>: lets it arrive and breaks the connection instead of the answer, so that it has its effect and nobody knows.</summary>
    public Task ResetOnceAfter(string text) => Arm(text, swallowReply: true);

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        ResetAll();
        await accepting;
        ending.Dispose();
    }

    private static Socket Connect(EndPoint target)
    {
        var socket = target is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(target);
        return socket;
    }

    private static void Reset(Socket socket)
    {
        try
        {
            // With no time to linger, closing sends RST instead of FIN.
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A local socket knows no RST; it is closed all the same.
        }

        socket.Dispose();
    }

    private Task Arm(string text, bool swallowReply)
    {
        var armed = new Trigger(Encoding.UTF8.GetBytes(text), swallowReply, new(TaskCreationOptions.RunContinuationsAsynchronously));
        trigger = armed;
        return armed.Fired.Task;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptSocketAsync(ending.Token);
                near.NoDelay = true;
                if (Fault == Fault.Refuse)
                {
                    Reset(near);
                    continue;
                }

                _ = RunAsync(near);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private async Task RunAsync(Socket near)
    {
        Socket far;
        try
        {
            far = connect();
        }
        catch (SocketException)
        {
            Reset(near);
            return;
        }

        open[near] = far;
        var link = new Link();
        await Task.WhenAny(PumpAsync(near, far, link, fromApplication: true), PumpAsync(far, near, link, fromApplication: false));
        open.TryRemove(near, out _);
        Reset(near);
        Reset(far);
    }

    private async Task PumpAsync(Socket from, Socket to, Link link, bool fromApplication)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, SocketFlags.None) is var count and > 0)
            {
                if (Delay > TimeSpan.Zero)
                {
                    await Task.Delay(Delay, ending.Token);
                }

                if (Fault == Fault.Blackhole || (!fromApplication && link.Mute))
                {
                    if (link.Mute)
                    {
                        return;
                    }

                    continue;
                }

                var fired = fromApplication && trigger is { } armed && buffer.AsSpan(0, count).IndexOf(armed.Text) >= 0
                    && Interlocked.CompareExchange(ref trigger, null, armed) == armed ? armed : null;
                if (fired is { SwallowReply: false })
                {
                    fired.Fired.TrySetResult();
                    return;
                }

                link.Mute |= fired is not null;
                await to.SendAsync(buffer.AsMemory(0, count), SocketFlags.None);
                fired?.Fired.TrySetResult();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The other side went away, which is the point.
        }
    }

    private sealed class Link
    {
        public volatile bool Mute;
    }

    private sealed record Trigger(byte[] Text, bool SwallowReply, TaskCompletionSource Fired);
}
