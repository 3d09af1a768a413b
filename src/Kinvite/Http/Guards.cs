using Microsoft.Net.Http.Headers;

namespace Kinvite.Http;

/// <summary>What every route asks before its use case runs.</summary>
internal static class Guards
{
    /// <summary>
    /// Cookie-borne JSON calls must carry this header: a form on another site cannot send it, and a script there may not (CORS is off).
    /// </summary>
    public const string RequestHeader = "X-Kinvite-Request";

    private static readonly Problem HeaderMissing = new(
        400, "request.header_missing", "This call could come from another site", $"Send the header {RequestHeader}: 1 with the cookie, or use a bearer token.");

    private static readonly Problem CrossSite = new(
        403, "request.cross_site", "This came from another site", "Open this page from here and try again.");

    private static readonly Problem NotForChildren = Problem.RightsMissing with { Detail = "A child on a shared tablet cannot do this; somebody with an account can." };

    /// <summary>401 <c>auth.required</c> unless somebody is signed in; 403 for a child on a shared tablet, but where <see cref="ForChildren"/> stands. <see cref="UseAccounts"/> looks.</summary>
    public static TBuilder RequireAccount<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(AccountRequired.Mark);

    /// <summary>Before anything of the request is read: whoever is not signed in hears that, and not what is wrong with the body.</summary>
    public static IApplicationBuilder UseAccounts(this IApplicationBuilder app) => app.Use(static async (context, next) =>
    {
        var current = context.RequestServices.GetRequiredService<CurrentAccount>();
        if (context.GetEndpoint()?.Metadata.GetMetadata<AccountRequired>() is not null && !current.IsSignedIn && !(current.IsChild && IsForChildren(context)))
        {
            await (current.IsChild ? NotForChildren : Problem.AuthRequired).ToHttp().ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    /// <summary>
    /// HEAD is answered wherever GET is (RFC 9110 §9.1): as GET, and the server leaves out the content. Nothing is lost by it, because GET changes
    /// nothing either.
    /// </summary>
    public static IApplicationBuilder UseHead(this IApplicationBuilder app) => app.Use(static async (context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
        }

        await next(context);
    });

    /// <summary>Open to a child on a shared tablet, too: what it may see of its own family, and going. Everything else is closed to it.</summary>
    public static RouteHandlerBuilder ForChildren(this RouteHandlerBuilder builder) => builder.WithMetadata(OpenToChildren.Mark);

    /// <summary>Whether the endpoint of this request is among those.</summary>
    public static bool IsForChildren(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<OpenToChildren>() is not null;

    /// <summary>For the JSON group: the header on unsafe methods when the web cookie is what signs in.</summary>
    public static RouteGroupBuilder RequireHeaderWithCookie(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(static async (context, next) =>
        {
            var request = context.HttpContext.Request;
            var account = context.HttpContext.RequestServices.GetRequiredService<CurrentAccount>();
            return IsSafe(request.Method) || !account.ByCookie || request.Headers[RequestHeader] == "1"
                ? await next(context)
                : HeaderMissing.ToHttp();
        });
        return group;
    }

    /// <summary>An unsafe method that a browser says comes from another site is refused whatever else it carries.</summary>
    public static IApplicationBuilder UseSameSite(this IApplicationBuilder app) => app.Use(static async (context, next) =>
    {
        if (!IsSafe(context.Request.Method) && context.Request.Headers["Sec-Fetch-Site"] == "cross-site" && !TakesForeignPosts(context))
        {
            await CrossSite.ToHttp().ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    /// <summary>JSON is UTF-8 (RFC 8259 §8.1); the framework would try another charset, and fail on one that it does not know.</summary>
    public static IApplicationBuilder UseUtf8(this IApplicationBuilder app) => app.Use(static async (context, next) =>
    {
        if (context.Request.Path.StartsWithSegments("/api") && MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            && type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            await FaultHandler.MediaType.ToHttp().ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    // A mail program's one-click stop (RFC 8058) and providers' hooks come from elsewhere by design and carry proofs of their own.
    private static bool TakesForeignPosts(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/mail/stop") || context.Request.Path.StartsWithSegments("/api/hooks");
}

/// <summary>Marks an endpoint that a child on a shared tablet may call.</summary>
internal sealed class OpenToChildren
{
    public static readonly OpenToChildren Mark = new();

    private OpenToChildren()
    {
    }
}

/// <summary>Marks an endpoint that is for signed-in accounts, so that the API's document says so.</summary>
internal sealed class AccountRequired
{
    public static readonly AccountRequired Mark = new();

    private AccountRequired()
    {
    }
}
