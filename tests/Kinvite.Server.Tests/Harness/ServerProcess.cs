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
    private readonly ConcurrentQueue<string> log = new();
    private readonly ConcurrentQueue<string> errors = new();

    private ServerProcess(Process process, Uri address, string dataDirectory)
    {
        (this.process, Address) = (process, address);
        Mailbox = new(Path.Combine(dataDirectory, "mailbox"));
        process.OutputDataReceived += (_, line) => Keep(line.Data, log);
        process.ErrorDataReceived += (_, line) => Keep(line.Data, errors);
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

    /// <summary>Standard output alone, line by line.</summary>
    public IReadOnlyCollection<string> Log => log;

    /// <summary>Standard error alone, line by line.</summary>
    public IReadOnlyCollection<string> Errors => errors;

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
    /// <param name="settings">Environment variables, such as <c>Kinvite__SignUp</c>; an empty one is taken away.</param>
    /// <param name="before">A program that starts it, such as <c>setpriv</c> with its arguments.</param>
    /// <param name="program">Another copy of the program; default <see cref="Program"/>.</param>
    public static ServerProcess Start(
        string dataDirectory, IEnumerable<KeyValuePair<string, string>>? settings = null, IReadOnlyList<string>? before = null, string? program = null)
    {
        var address = new Uri($"http://localhost:{FreePort()}");
        return new(new Process { StartInfo = Describe(address, dataDirectory, settings, before, program, []) }, address, dataDirectory);
    }

    /// <summary>Runs one of its commands, such as <c>rotate-keys</c>, to the end: the exit code and what it said.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string command, string dataDirectory, IEnumerable<KeyValuePair<string, string>>? settings = null, params string[] operands)
    {
        // It serves nothing, so the address is as good as any.
        var address = new Uri("http://localhost:5080");
        await using var run = new ServerProcess(new Process { StartInfo = Describe(address, dataDirectory, settings, [], program: null, [command, .. operands]) }, address, dataDirectory);
        return (await run.ExitAsync(), run.Output);
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
        await KillWithAsync(signal);
        return await ExitAsync();
    }

    /// <summary>SIGSTOP: it stands still, as when the machine sleeps.</summary>
    public Task PauseAsync() => KillWithAsync("STOP");

    /// <summary>SIGCONT: it goes on as if nothing had been.</summary>
    public Task ResumeAsync() => KillWithAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await ResumeAsync();
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

    private static ProcessStartInfo Describe(
        Uri address, string dataDirectory, IEnumerable<KeyValuePair<string, string>>? settings, IReadOnlyList<string>? before, string? program, string[] arguments)
    {
        string[] command =
        [
            .. before ?? [], Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", program ?? Program, .. arguments,
        ];
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

        // A killed process would leave the runtime's debugging sockets behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = address.ToString().TrimEnd('/');
        start.Environment["Kinvite__PublicUrl"] = address.ToString().TrimEnd('/');
        start.Environment["Kinvite__DataDirectory"] = dataDirectory;
        foreach (var (name, value) in settings ?? [])
        {
            if (value.Length == 0)
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        return start;
    }

    private async Task KillWithAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    private void Keep(string? line, ConcurrentQueue<string> stream)
    {
        if (line is not null)
        {
            output.Enqueue(line);
            stream.Enqueue(line);
        }
    }
}
