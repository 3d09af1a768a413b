using System.Security.Cryptography;
using System.Text;
using Kinvite.Limits;
using Kinvite.Links;

namespace Kinvite.Http;

/// <summary>The request header <c>Idempotency-Key</c> on calls that create something.</summary>
internal static class IdempotencyHeader
{
    public const string Name = "Idempotency-Key";

    /// <summary>By an open link a shorter key has no effect: 128 bits as text have 22 characters or more, and anything random has these.</summary>
    private const int LeastOwnKey = 16;

    /// <summary>Bodies up to this many bytes are kept in memory while they are hashed.</summary>
    private const int BufferSize = 64 * 1024;

    /// <summary>For a POST that creates something.</summary>
    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder builder) =>
        builder.WithMetadata(IdempotentCall.Mark).ProducesProblem(409).ProducesProblem(422);

    /// <summary>After the session is known and before the body is read: what is sent again is told by who calls, what, with which key and body.</summary>
    public static IApplicationBuilder UseIdempotencyKeys(this IApplicationBuilder app) => app.Use(static async (context, next) =>
    {
        var given = context.Request.Headers[Name];
        if (given.Count > 0 && context.GetEndpoint()?.Metadata.GetMetadata<IdempotentCall>() is not null && Caller(context, given.ToString()) is { } caller)
        {
            if (given is not [{ } text] || Parse(text) is not { } key)
            {
                await Problem.Invalid("idempotencyKey", $"Give {Name} once: 1 to {IdempotencyKey.KeyLength} visible ASCII characters.").ToHttp().ExecuteAsync(context);
                return;
            }

            var request = context.Request;
            request.EnableBuffering(BufferSize);
            var body = await SHA256.HashDataAsync(request.Body, context.RequestAborted);
            request.Body.Position = 0;
            // Keyed, because a body may hold what can be guessed from a plain hash: an address, four digits.
            var bodyHash = Encoding.ASCII.GetBytes(context.RequestServices.GetRequiredService<KeyRing>().Fingerprint($"body:{Convert.ToHexString(body)}"));
            var id = SHA256.HashData(Encoding.UTF8.GetBytes($"{caller}\n{request.Method}\n{request.Path}\n{key}"));
            context.RequestServices.GetRequiredService<Idempotency>().Ask(id, bodyHash);
        }

        await next(context);
    });

    /// <summary>The key without the quotation marks of a structured field (RFC 9651 §3.3.3); null where it is none.</summary>
    public static string? Parse(string header)
    {
        var key = header is ['"', .. var quoted, '"'] ? quoted : header;
        return key.Length is > 0 and <= IdempotencyKey.KeyLength && key.All(c => c is >= '!' and <= '~') ? key : null;
    }

    // The account; or, for somebody without one, the invitation in their hands. An open link is in many hands: by one it is whoever comes from that network
    // with a key that no two programs happen to send ("1", "join"), so that a key is never another person's way in.
    private static string? Caller(HttpContext context, string key)
    {
        if (context.RequestServices.GetRequiredService<CurrentAccount>().AccountId is { } account)
        {
            return account.ToString();
        }

        return context.GetRouteValue("token") is not string token || context.RequestServices.GetRequiredService<KeyRing>().Read(token) is not { } link ? null
            : link.Kind != LinkKind.Open ? token
            : key.Length >= LeastOwnKey ? $"{token} {ClientNetwork.Of(context)}" : null;
    }
}

/// <summary>Marks an endpoint that takes the header, so that the API's document says so.</summary>
internal sealed class IdempotentCall
{
    public static readonly IdempotentCall Mark = new();

    private IdempotentCall()
    {
    }
}
