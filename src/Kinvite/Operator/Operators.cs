using Kinvite.Addresses;
using Kinvite.Hosting;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Kinvite.Operator;

/// <summary>Who runs this server: accounts that have proven an address of <c>Kinvite__OperatorEmails</c>. A string match is never proof.</summary>
internal sealed class Operators(KinviteDbContext db, IOptions<KinviteOptions> options)
{
    public async Task<bool> IncludeAsync(Guid accountId, CancellationToken ct)
    {
        var keys = Keys(options.Value.OperatorEmails);
        return keys.Count > 0 && await db.Addresses.AnyAsync(a => a.AccountId == accountId && a.ProvenAt != null && keys.Contains(a.Key), ct);
    }

    /// <summary>The first entry that is no address, or null.</summary>
    public static string? Wrong(string? list) => Entries(list).FirstOrDefault(e => EmailAddress.TryParse(e) is null);

    internal static List<string> Keys(string? list) => [.. Entries(list).Select(e => EmailAddress.TryParse(e)?.Key).OfType<string>()];

    private static string[] Entries(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
