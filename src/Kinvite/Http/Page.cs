using System.Buffers.Text;
using Kinvite.Links;

namespace Kinvite.Http;

/// <summary>One page of a list, newest first.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">At most <c>limit</c> of them.</param>
/// <param name="Next">Give it as <c>cursor</c> for what follows; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Where a list goes on: ids are UUIDv7, so newest first is id descending and the last id says it all.</summary>
internal sealed record PageRequest(int Limit, Guid Before)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 100;
    private static readonly Guid Newest = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    /// <summary>The newest, as many as when nothing is asked.</summary>
    public static readonly PageRequest First = new(DefaultLimit, Newest);

    /// <summary>One more than is shown: tells whether anything follows.</summary>
    public int Take => Limit + 1;

    public static Result<PageRequest> From(int? limit, string? cursor)
    {
        if (limit is < 1 or > MaxLimit)
        {
            return Problem.Invalid("limit", "Between 1 and 100.");
        }

        if (string.IsNullOrEmpty(cursor))
        {
            return new PageRequest(limit ?? DefaultLimit, Newest);
        }

        Span<byte> bytes = stackalloc byte[16];
        return Base64Text.TryDecode(cursor, bytes)
            ? new PageRequest(limit ?? DefaultLimit, new Guid(bytes, bigEndian: true))
            : Problem.Invalid("cursor", "Take it from next of the page before.");
    }

    public Page<T> Cut<T>(IReadOnlyList<T> rows, Func<T, Guid> id) =>
        rows.Count <= Limit ? new(rows, null) : new(rows.Take(Limit).ToList(), Cursor(id(rows[Limit - 1])));

    private static string Cursor(Guid id) => Base64Url.EncodeToString(id.ToByteArray(bigEndian: true));
}
