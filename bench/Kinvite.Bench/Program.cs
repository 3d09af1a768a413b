using System.Globalization;
using Kinvite.Bench;

// As the private PostgreSQL that it measures with.
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]

// Started by bench/run, which builds everything first; README.md says what is measured.
string? Option(string name) => Array.IndexOf(args, "--" + name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
int Number(string name, int otherwise) => Option(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

var program = Option("server") ?? throw new ArgumentException("--server PATH of Kinvite.Server.dll is missing.");
var cores = new Cores(pinned: !args.Contains("--shared"));
switch (args.FirstOrDefault())
{
    case "seed":
        await Measurement.SeedAsync(
            program,
            Environment.GetEnvironmentVariable("ConnectionStrings__Kinvite") ?? throw new ArgumentException("ConnectionStrings__Kinvite is missing."),
            Option("files") ?? throw new ArgumentException("--files DIRECTORY is missing."),
            SeedSizes.Usual with { Accept = Number("accept", SeedSizes.Usual.Accept) });
        return 0;
    case "start":
        await Beginning.MeasureAsync(program, cores, Number("starts", 5));
        return 0;
    default:
        var directory = Directory.CreateTempSubdirectory("kinvite-bench-").FullName;
        try
        {
            File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101); // root's PostgreSQL is another user, who has to pass through
            await new Measurement(
                program, cores,
                new Plan(Number("seconds", 4), Number("rounds", 3), Number("connections", 16), Option("only")?.Split(',') ?? [])).RunAsync(directory);
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
}
