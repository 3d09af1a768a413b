namespace Kinvite.Architecture.Tests;

/// <summary>The source as it lies in the repository, found from where the tests run.</summary>
internal static class Repository
{
    private static readonly string[] Folders = ["src", "tests", "tools"];

    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Everything written by hand in C#, with its path below the root.</summary>
    public static IEnumerable<SourceFile> CSharp() => Folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
        .Select(path => (path, name: Path.GetRelativePath(Root, path).Replace('\\', '/')))
        .Where(f => !f.name.Split('/').Any(part => part is "obj" or "bin" or "artifacts" or "Migrations"))
        .Select(f => new SourceFile(f.name, File.ReadAllText(f.path)));

    private static string Find(string from)
    {
        for (var directory = new DirectoryInfo(from); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Kinvite.slnx")))
            {
                return directory.FullName;
            }
        }

        throw new DirectoryNotFoundException($"Kinvite.slnx is in no directory above {from}");
    }
}

/// <param name="Name">Its path below the root: <c>src/Kinvite/Members/Member.cs</c>.</param>
/// <param name="Text">All of it.</param>
internal sealed record SourceFile(string Name, string Text);
