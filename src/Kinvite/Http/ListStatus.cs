namespace Kinvite.Http;

/// <summary>The <c>status</c> of a list: one of the states by name, or <c>all</c>.</summary>
internal static class ListStatus
{
    /// <summary>Null for <c>all</c>; the given default when left out.</summary>
    public static Result<T?> Parse<T>(string? status, T unless)
        where T : struct, Enum
    {
        if (status == "all")
        {
            return default(T?);
        }

        // By name only: Enum.TryParse would take numbers, too.
        foreach (var value in Enum.GetValues<T>())
        {
            if (status is null ? value.Equals(unless) : string.Equals(value.ToString(), status, StringComparison.OrdinalIgnoreCase))
            {
                return (T?)value;
            }
        }

        return Problem.Invalid("status", $"Give {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))} or all.");
    }
}
