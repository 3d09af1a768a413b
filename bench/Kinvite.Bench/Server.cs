using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kinvite.Bench;

/// <summary>The built server as an operator starts it: Release, Production, a process of its own.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly StringBuilder output = new();

    private Server(ProcessStartInfo start, int port)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError, start.WorkingDirectory) = (true, true, Path.GetTempPath());
        (process, Port) = (new Process { StartInfo = start }, port);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    public int Port { get; }

    /// <summary>Memory that is its own right now, in MiB.</summary>
    public double ResidentMiB
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>Processor time used so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it and waits until <paramref name="path"/> is answered with 200; says how long that took.</summary>
    /// <param name="program">The path of Kinvite.Server.dll.</param>
    /// <param name="cores">On which core.</param>
    /// <param name="path">Asked again and again.</param>
    /// <param name="settings">Environment variables.</param>
    public static async Task<(Server Server, TimeSpan Took)> StartAsync(string program, Cores cores, string path, IEnumerable<(string Name, string Value)> settings)
    {
        var port = FreePort();
        var start = cores.OnServer("dotnet", program);
        foreach (var (name, value) in settings.Concat(
            [("ASPNETCORE_ENVIRONMENT", "Production"), ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"), ("Kinvite__PublicUrl", $"http://localhost:{port}"), ("Kinvite__Limits__Factor", "1000000")]))
        {
            start.Environment[name] = value;
        }

        var server = new Server(start, port);
        var begun = Stopwatch.GetTimestamp();
        server.process.Start();
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10) };
        while (Stopwatch.GetElapsedTime(begun) < Patience && !server.process.HasExited)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return (server, Stopwatch.GetElapsedTime(begun));
                }
            }
            catch (HttpRequestException)
            {
                await Task.Delay(10);
            }
        }

        await server.DisposeAsync();
        throw new InvalidOperationException($"The server did not answer {path}:{Environment.NewLine}{server.output}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            // SIGTERM: killed, it would leave its private PostgreSQL running.
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Keep(string? line)
    {
        lock (output)
        {
            if (line is not null && output.Length < 20_000)
            {
                output.AppendLine(line);
            }
        }
    }
}
