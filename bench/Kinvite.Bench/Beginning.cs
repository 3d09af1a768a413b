using System.Globalization;

namespace Kinvite.Bench;

/// <summary>From the command to the first page, with the private PostgreSQL that stops and starts with the server; and what it holds at rest.</summary>
internal static class Beginning
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    public static async Task MeasureAsync(string program, Cores cores, int starts)
    {
        var directory = Directory.CreateTempSubdirectory("kinvite-bench-").FullName;
        try
        {
            File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);
            var took = new List<double>();
            var resident = new List<double>();
            for (var i = 0; i <= starts; i++)
            {
                var (server, time) = await Server.StartAsync(program, cores, "/", [("Kinvite__DataDirectory", Path.Combine(directory, "data"))]);
                await Task.Delay(Rest);
                if (i > 0)
                {
                    took.Add(time.TotalSeconds); // the first one makes the database
                    resident.Add(server.ResidentMiB);
                }

                await server.DisposeAsync();
            }

            took.Sort();
            resident.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Start to first page, private PostgreSQL included: {took[took.Count / 2]:0.00} s (median of {starts}, {took[0]:0.00}–{took[^1]:0.00}); at rest {resident[resident.Count / 2]:0} MiB; load average {Report.LoadAverage()}."));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
