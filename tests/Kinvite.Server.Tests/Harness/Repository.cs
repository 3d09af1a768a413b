namespace Kinvite.Harness;

/// <summary>The checkout that the tests were built in: for what is committed beside the code.</summary>
internal static class Repository
{
    private static readonly Lazy<string> Root = new(static () =>
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Kinvite.slnx")))
            {
                return directory.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests do not run below a checkout.");
    });

    public static string Below(params string[] parts) => Path.Combine([Root.Value, .. parts]);
}
