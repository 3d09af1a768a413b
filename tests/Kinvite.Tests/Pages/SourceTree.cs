namespace Kinvite.Tests.Pages;

/// <summary>The product's sources, for tests that read what no compiler checks.</summary>
internal static class SourceTree
{
    public static readonly string Product = Path.Combine(Root(), "src", "Kinvite");

    public static IEnumerable<string> Files(params string[] extensions) =>
        Directory.EnumerateFiles(Product, "*", SearchOption.AllDirectories)
            .Where(f => extensions.Contains(Path.GetExtension(f), StringComparer.Ordinal))
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string Root()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Kinvite.slnx")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException("The tests run outside their repository.");
    }
}
