namespace Kinvite.Http;

/// <summary>
/// An expected refusal as a value: what programs compare (<paramref name="Code"/>) and what people read.
/// Mapped to RFC 9457 <c>application/problem+json</c> in one place, <c>ProblemMapping</c>.
/// </summary>
/// <param name="Status">The HTTP status it is answered with.</param>
/// <param name="Code">Stable, for programs: <c>invite.expired</c>. Never changes once released.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="Detail">What the person can do next, one sentence.</param>
public sealed record Problem(int Status, string Code, string Title, string Detail)
{
    /// <summary>Faulty fields (camelCase paths) with their messages; only for <c>validation</c>.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>When asking again makes sense; becomes <c>Retry-After</c>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Which words people read, where they are others than the code's.</summary>
    internal string? Words { get; init; }

    /// <summary>One faulty field.</summary>
    public static Problem Invalid(string field, string message) => Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [message] });

    /// <summary>Several faulty fields.</summary>
    public static Problem Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(400, "validation", "Something in the request is not right", "Correct the fields named in errors and send it again.") { Errors = errors };

    /// <summary>Unknown, or somebody else's: both answer alike.</summary>
    public static readonly Problem NotFound = new(404, "not_found", "There is nothing here", "Check the address, or whether you still have access.");

    /// <summary>Nobody is signed in.</summary>
    public static readonly Problem AuthRequired = new(401, "auth.required", "Please sign in", "Sign in and try again.");

    /// <summary>Signed in, but without the right.</summary>
    public static readonly Problem RightsMissing = new(403, "rights.missing", "You cannot do this", "Ask somebody in the family who can.");

    /// <summary>Nobody grants more than they hold.</summary>
    public static readonly Problem RightsCeiling = new(403, "rights.ceiling", "This is more than you can give", "Choose a role that can do no more than you can.");

    /// <summary>Something the server needs does not answer at the moment.</summary>
    public static readonly Problem Unavailable = new(503, "unavailable", "The server cannot answer right now", "Wait a moment and try again.") { RetryAfter = TimeSpan.FromSeconds(5) };
}
