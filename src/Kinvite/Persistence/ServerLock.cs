using Kinvite.Hosting;

namespace Kinvite.Persistence;

/// <summary><c>server.lock</c>: one server per data directory. The operating system lets go of it when the server dies, however it dies.</summary>
internal sealed class ServerLock : IDisposable
{
    public const string FileName = "server.lock";

    // Long enough for a restart to meet the last moments of the server before it, short enough for a person who waits for the sentence.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly FileStream file;

    private ServerLock(FileStream file) => this.file = file;

    public static async Task<ServerLock> TakeAsync(string dataDirectory, TimeProvider clock, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return new(new FileStream(Path.Combine(dataDirectory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            }
            catch (UnauthorizedAccessException)
            {
                throw new StartRefusedException($"The data directory {dataDirectory} cannot be written to: give it to the user that runs the server, or set Kinvite__DataDirectory.");
            }
            catch (IOException) when (clock.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock, ct);
            }
            catch (IOException)
            {
                throw new StartRefusedException(
                    $"The data directory {dataDirectory} is already in use by another Kinvite server: stop that one, or set Kinvite__DataDirectory to another directory.");
            }
        }
    }

    public void Dispose() => file.Dispose();
}
