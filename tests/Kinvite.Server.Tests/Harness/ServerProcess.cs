using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Kinvite.Harness;

/// <summary>The built server as a process of its own, to be killed, stopped, or refused as a real one is.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();

    private ServerProcess(Process process, Uri address, string dataDirectory)
    {
        (this.process, Address) = (process, address);
        Mailbox = new(Path.Combine(dataDirectory, "mailbox"));
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    public DevelopmentMailbox Mailbox { get; }

    public int Id => process.Id;

    /// <summary>Both streams.</summary>
    public string Output => string.Join('\n', output);

    /// <summary>The program beside this project's own output, of the same configuration.</summary>
    public static string Program
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(own.Parent!.Parent!.FullName, "Kinvite.Server", own.Name, "Kinvite.Server.dll");
        }
    }

    /// <summary>Starts it without waiting.</summary>
    /// <param name="dataDirectory">Where it keeps its data.</param>
    /// <param name="settings">Environment variables, such as <c>Kinvite__SignUp</c>.</param>
    /// <param name="before">A program that starts it, such as <c>setpriv</c> with its arguments.</param>
    /// <param name="program">Another copy of the program; default <see cref="Program"/>.</param>
    public static ServerProcess Start(
        string dataDirectory, IEnumerable<KeyValuePair<string, string>>? settings = null, IReadOnlyList<string>? before = null, string? program = null)
    {
        var address = new Uri($"http://localhost:{FreePort()}");
        string[] command = [.. before ?? [], Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", program ?? Program];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("Kinvite_", StringComparison.Ordinal) || k.StartsWith("ConnectionStrings_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = address.ToString().TrimEnd('/');
        start.Environment["Kinvite__PublicUrl"] = address.ToString().TrimEnd('/');
        start.Environment["Kinvite__DataDirectory"] = dataDirectory;
        foreach (var (name, value) in settings ?? [])
        {
            start.Environment[name] = value;
        }

        return new(new Process { StartInfo = start }, address, dataDirectory);
    }

    /// <summary>Starts it and waits until it is ready; when it ends before, the test fails with what it said.</summary>
    public static async Task<ServerProcess> StartReadyAsync(
        string dataDirectory, IEnumerable<KeyValuePair<string, string>>? settings = null, IReadOnlyList<string>? before = null, string? program = null)
    {
        var server = Start(dataDirectory, settings, before, program);
        try
        {
            await server.WaitUntilReadyAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task WaitUntilReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(100))
        {
            Assert.False(process.HasExited, $"The server ended before it was ready:\n{Output}");
            try
            {
                using var answer = await client.GetAsync("/health/ready");
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet.
            }
        }

        throw new TimeoutException($"The server was not ready within {Patience.TotalSeconds} s:\n{Output}");
    }

    /// <summary>Its exit code, once it ends by itself.</summary>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    /// <summary>SIGKILL: no time for anything.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await ExitAsync();
    }

    /// <summary>SIGTERM, as a system stops it; the exit code.</summary>
    public Task<int> StopAsync() => SignalAsync("TERM");

    /// <summary>Another signal, such as <c>INT</c>; waits for the end.</summary>
    public async Task<int> SignalAsync(string signal)
    {
        using (var kill = Process.Start("kill", ["-s", signal, $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        return await ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            try
            {
                await StopAsync();
            }
            catch (OperationCanceledException)
            {
                await KillAsync();
            }
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
        if (line is not null)
        {
            output.Enqueue(line);
        }
    }
}
