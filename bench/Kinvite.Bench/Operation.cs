using System.Globalization;

namespace Kinvite.Bench;

/// <summary>One sort of request, and the SQL that does the same without a server.</summary>
/// <param name="Name">As in the report.</param>
/// <param name="Status">The answer that counts.</param>
/// <param name="Next">The whole of the next request, or null when its rows are used up. Called by many at once.</param>
/// <param name="Script">In <c>Sql/</c>.</param>
/// <param name="Variables">Of the script.</param>
internal sealed record Operation(string Name, int Status, Func<string?> Next, string Script, params (string Name, int Value)[] Variables)
{
    /// <summary>All of them, over the rows that <see cref="Seed"/> made. A quarter of the invitations is only looked at; of the rest each is accepted once.</summary>
    public static IReadOnlyList<Operation> All(Seed seed)
    {
        var sizes = seed.Sizes;
        var looked = sizes.Accept / 4;
        var ofServer = FirstForPgbench(sizes) - 1;
        var row = looked;
        var unique = 0;
        return
        [
            new("preview", 200, () => Get($"/api/invites/{seed.Link(Random.Shared.Next(1, looked + 1))}", null), "preview.sql", ("links", looked)),
            new(
                "accept", 200,
                () => Interlocked.Increment(ref row) is var n && n <= ofServer ? Post($"/api/invites/{seed.Link(n)}/accept", Seed.Session("12", n), "{}") : null,
                "accept.sql", ("families", sizes.Accept / 5)),
            new(
                "create", 201,
                () => Interlocked.Increment(ref unique) is var u && 1 + (u % sizes.Own) is var n
                    ? Post($"/api/families/{Seed.Family("01", n)}/invites", Seed.Session("01", n), $$"""{"invites":[{"email":"h{{u}}@load.test","role":"relative"}],"notify":false}""")
                    : null,
                "create.sql", ("own", sizes.Own)),
            List("list of 5", "3", sizes.List5),
            List("list of 100", "4", sizes.List100),
            new("my invitations", 200, () => Get("/api/invites", Seed.Session("15", Random.Shared.Next(1, sizes.Mine + 1))), "mine.sql", ("persons", sizes.Mine)),
        ];
    }

    /// <summary>pgbench takes the rows from here on.</summary>
    public static int FirstForPgbench(SeedSizes sizes) => 1 + (sizes.Accept / 4) + (sizes.Accept * 3 / 8);

    private static Operation List(string name, string group, int families) => new(
        name, 200,
        () => Random.Shared.Next(1, families + 1) is var n ? Get($"/api/families/{Seed.Family("0" + group, n)}/invites?limit=100", Seed.Session("0" + group, n)) : null,
        "list.sql", ("families", families), ("k", int.Parse(group, CultureInfo.InvariantCulture)));

    private static string Get(string path, string? session) => $"GET {path} HTTP/1.1\r\nHost: localhost\r\n{Bearer(session)}\r\n";

    private static string Post(string path, string session, string body) => string.Create(
        CultureInfo.InvariantCulture,
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\n{Bearer(session)}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private static string Bearer(string? session) => session is null ? "" : $"Authorization: Bearer {session}\r\n";
}
