using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kinvite.Links;
using Npgsql;

namespace Kinvite.Bench;

/// <summary>How many of each there are.</summary>
internal sealed record SeedSizes(int Own, int Accept, int List5, int List100, int Mine)
{
    /// <summary>Enough for a run of five minutes.</summary>
    public static readonly SeedSizes Usual = new(Own: 4000, Accept: 120_000, List5: 500, List100: 50, Mine: 1000);
}

/// <summary>Fills a migrated, empty database; every id, secret and link then follows from a number.</summary>
internal sealed class Seed(KeyRing keys, SeedSizes sizes)
{
    public SeedSizes Sizes => sizes;

    public async Task InsertAsync(NpgsqlDataSource source)
    {
        var text = Sql.Read("seed.sql");
        foreach (var (name, size) in new[] { ("own", sizes.Own), ("accept", sizes.Accept), ("list5", sizes.List5), ("list100", sizes.List100), ("mine", sizes.Mine) })
        {
            text = text.Replace($"{{{name}}}", size.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        }

        await Sql.RunAsync(source, text);
        await Sql.RunAsync(source, "VACUUM ANALYZE");
        await Sql.RunAsync(source, "CHECKPOINT");
    }

    /// <summary>The session of person <paramref name="n"/> of a group, as it travels.</summary>
    public static string Session(string group, int n)
    {
        Span<byte> token = stackalloc byte[48];
        Id("c" + group, n).TryWriteBytes(token, bigEndian: true, out _);
        SHA256.HashData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"c{group}-{n}")), token[16..]);
        return Base64Url.EncodeToString(token);
    }

    public static Guid Family(string group, int n) => Id("f" + group, n);

    /// <summary>The mailed link of the invitation to accept number <paramref name="n"/>.</summary>
    public string Link(int n) => keys.Make(LinkKind.Mailed, Id("b02", n), generation: 1);

    /// <summary>One file for each sort of request, tab-separated with a header: for load generators of other makes.</summary>
    public async Task WriteFilesAsync(string directory)
    {
        Directory.CreateDirectory(directory);
        await WriteAsync("owners", "session\tfamily", sizes.Own, n => $"{Session("01", n)}\t{Family("01", n)}");
        await WriteAsync("invitees", "session\tinvite", sizes.Accept, n => $"{Session("12", n)}\t{Link(n)}");
        await WriteAsync("list5", "session\tfamily", sizes.List5, n => $"{Session("03", n)}\t{Family("03", n)}");
        await WriteAsync("list100", "session\tfamily", sizes.List100, n => $"{Session("04", n)}\t{Family("04", n)}");
        await WriteAsync("mine", "session", sizes.Mine, n => Session("15", n));

        async Task WriteAsync(string name, string header, int count, Func<int, string> row) =>
            await File.WriteAllLinesAsync(Path.Combine(directory, name + ".tsv"), Enumerable.Range(1, count).Select(row).Prepend(header));
    }

    private static Guid Id(string kind, int n) => Guid.Parse(string.Create(CultureInfo.InvariantCulture, $"01900000-0000-7{kind}-8000-{n:x12}"));
}
