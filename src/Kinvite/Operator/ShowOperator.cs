using System.Reflection;
using Kinvite.Delivery;
using Kinvite.Delivery.Health;
using Kinvite.Delivery.Texts;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Limits;
using Kinvite.Pages;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Operator;

/// <summary>How the server is doing, for whoever runs it: counts and ages, of nobody in particular.</summary>
internal sealed class ShowOperator(
    KinviteDbContext db, Operators operators, CurrentAccount account, MailSetup mail, TextSetup texts, TextLimits textLimits, MailHealthCheck health, ServerStarted started, TimeProvider clock)
{
    /// <summary>404 for anybody else: to them there is no such page.</summary>
    public async Task<Result<OperatorView>> HandleAsync(CancellationToken ct)
    {
        if (!await operators.IncludeAsync(account.Id, ct))
        {
            return Problem.NotFound;
        }

        var now = clock.Now();
        // Asked first and waited for last: name servers take their time.
        var found = health.CheckAsync(ct);
        var database = (await db.Database.SqlQuery<DatabaseFacts>(
            $"SELECT pg_database_size(current_database()) AS \"Bytes\", split_part(current_setting('server_version'), ' ', 1) AS \"Version\"").ToListAsync(ct))[0];
        var invitations = await db.Invitations.GroupBy(i => i.Status).Select(g => new { Status = g.Key, Count = g.Count(), Over = g.Count(i => i.ExpiresAt <= now) }).ToListAsync(ct);
        return new OperatorView(
            typeof(ShowOperator).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
            started.At,
            database.Version,
            database.Bytes,
            await db.Families.CountAsync(ct),
            await db.Members.CountAsync(ct),
            await db.Accounts.CountAsync(a => a.DeletedAt == null, ct),
            // As the clock says: an open one past its end is over.
            invitations.Where(i => i.Status is InvitationStatus.Pending or InvitationStatus.Bounced).Sum(i => i.Count - i.Over),
            invitations.Where(i => i.Status == InvitationStatus.Accepted).Sum(i => i.Count),
            invitations.Where(i => i.Status is InvitationStatus.Declined or InvitationStatus.Revoked).Sum(i => i.Count),
            invitations.Sum(i => i.Status is InvitationStatus.Pending or InvitationStatus.Bounced ? i.Over : i.Status == InvitationStatus.Expired ? i.Count : 0),
            mail.Way,
            texts.Way,
            await db.TextOutages.AsNoTracking().SingleOrDefaultAsync(ct) is { } outage ? new TextOutageView(outage.Code, outage.Since) : null,
            texts.IsOn ? TextDayView.Of(await textLimits.TodayAsync(ct), now) : null,
            await DemandResponse.LoadAsync(db, ct),
            await DeliveryFigures.ReadAsync(db, now, ct),
            await found);
    }

    public static void Map(IEndpointRouteBuilder signedIn) => signedIn.MapGet("/operator", static async (ShowOperator show, CancellationToken ct) =>
        (await show.HandleAsync(ct)) is var shown && shown.Refused(out var problem)
            ? (IResult)ErrorResponse.Page(problem)
            : PageAnswers.Page<OperatorPage>(StatusCodes.Status200OK, (nameof(OperatorPage.View), shown.Value)));

    private sealed record DatabaseFacts(long Bytes, string Version);
}

/// <summary>What the page shows.</summary>
/// <param name="Version">Of this release.</param>
/// <param name="Started">When this server began to serve.</param>
/// <param name="DatabaseVersion">Of PostgreSQL.</param>
/// <param name="DatabaseBytes">What the database takes on disk.</param>
/// <param name="Families">How many.</param>
/// <param name="Members">With and without account.</param>
/// <param name="Accounts">Who can sign in.</param>
/// <param name="Waiting">Invitations that can be accepted now.</param>
/// <param name="Accepted">Invitations that were.</param>
/// <param name="Refused">Declined or withdrawn.</param>
/// <param name="Over">Whose time was over.</param>
/// <param name="Mail">How mail leaves.</param>
/// <param name="Texts">How texts leave.</param>
/// <param name="Outage">Why they do not for now; null when they do.</param>
/// <param name="TextDay">How many more texts may go today; null where none go at all.</param>
/// <param name="Demand">What people wanted that is switched off.</param>
/// <param name="Delivery">How it is doing.</param>
/// <param name="Health">What receivers find about the sender's domain; null when no mail leaves.</param>
public sealed record OperatorView(
    string Version, DateTimeOffset Started, string DatabaseVersion, long DatabaseBytes, int Families, int Members, int Accounts,
    int Waiting, int Accepted, int Refused, int Over, MailWay Mail, TextWay Texts, TextOutageView? Outage, TextDayView? TextDay, DemandResponse Demand,
    DeliveryFigures Delivery, MailHealth? Health);

/// <summary>Texts cannot be sent for now.</summary>
/// <param name="Code">What the provider said.</param>
/// <param name="Since">Since when.</param>
public sealed record TextOutageView(string Code, DateTimeOffset Since);

/// <summary>The day's texts.</summary>
/// <param name="Left">How many more may go now.</param>
/// <param name="Most">How many in a day.</param>
/// <param name="FreeAt">When the next may go; null while there are some.</param>
public sealed record TextDayView(int Left, int Most, DateTimeOffset? FreeAt)
{
    internal static TextDayView Of(LimitLeft day, DateTimeOffset now) => new(day.Left, day.Most, day.Left > 0 ? null : now + day.Wait);
}
