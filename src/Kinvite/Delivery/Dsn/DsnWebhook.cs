using System.Security.Cryptography;
using System.Text;
using Kinvite.Delivery.Reports;
using Kinvite.Hosting;
using Kinvite.Http;
using Microsoft.Extensions.Options;

namespace Kinvite.Delivery.Dsn;

/// <summary>
/// <c>POST /api/hooks/dsn</c>: a mail server pipes what comes back here, whole (<c>message/rfc822</c>), with the secret. Whatever it is about,
/// the answer is the same: a mail server would bounce a bounce.
/// </summary>
internal static class DsnWebhook
{
    private const string Scheme = "Bearer ";

    public static void Map(IEndpointRouteBuilder hooks) => hooks.MapPost("/dsn", PostAsync).WithName(nameof(DsnWebhook))
        .Produces(204).ProducesProblem(403).ProducesProblem(413).ProducesProblem(503);

    /// <summary>In constant time, and whatever the lengths are.</summary>
    internal static bool Knows(string? secret, string authorization) =>
        !string.IsNullOrEmpty(secret) && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(secret)), SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim())));

    [EndpointSummary("A mail that came back")]
    [EndpointDescription("A whole delivery status notification (RFC 3464) as received, with Authorization: Bearer and the secret. A repeat changes nothing.")]
    private static async Task<IResult> PostAsync(
        HttpContext http, IOptions<KinviteOptions> options, MailSetup setup, DeliveryReports reports, CancellationToken ct)
    {
        if (!Knows(options.Value.Dsn.Secret, http.Request.Headers.Authorization.ToString()))
        {
            return HookProblems.Unsigned.ToHttp();
        }

        if (await RawBody.ReadAsync(http.Request, DsnReader.LongestMail, ct) is not { } mail)
        {
            return FaultHandler.TooLarge.ToHttp();
        }

        return DsnReader.Read(mail, setup.Host) is { } said && await reports.ApplyAsync(said, ct) == ReportOutcome.TooEarly ? HookProblems.TooEarly.ToHttp() : TypedResults.NoContent();
    }
}
