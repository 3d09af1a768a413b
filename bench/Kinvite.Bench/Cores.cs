using System.Diagnostics;
using System.Globalization;

namespace Kinvite.Bench;

/// <summary>
/// Server and PostgreSQL on one core, the generator on another: then a figure says what one core can do, and measuring costs it nothing.
/// Where there is no <c>taskset</c> or only one core, nobody is pinned.
/// </summary>
internal sealed class Cores(bool pinned)
{
    public const int Server = 0;
    public const int Load = 1;

    public bool Pinned { get; } = pinned && Environment.ProcessorCount > 1 && File.Exists("/usr/bin/taskset");

    /// <summary>How a program is started on the server's core.</summary>
    public ProcessStartInfo OnServer(string file, params string[] arguments) => On(Server, file, arguments);

    /// <summary>How a program is started on the generator's core.</summary>
    public ProcessStartInfo OnLoad(string file, params string[] arguments) => On(Load, file, arguments);

    /// <summary>Moves a running process with all its threads; what it starts from then on follows it.</summary>
    public async Task MoveAsync(int process, int core)
    {
        if (Pinned)
        {
            using var taskset = Process.Start(new ProcessStartInfo("taskset", ["-acp", core.ToString(CultureInfo.InvariantCulture), process.ToString(CultureInfo.InvariantCulture)])
            {
                RedirectStandardOutput = true,
            })!;
            await taskset.WaitForExitAsync();
        }
    }

    private ProcessStartInfo On(int core, string file, string[] arguments) =>
        Pinned ? new("taskset", ["-c", core.ToString(CultureInfo.InvariantCulture), file, .. arguments]) : new(file, arguments);
}
