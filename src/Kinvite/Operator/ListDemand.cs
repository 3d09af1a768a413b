using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Operator;

/// <summary>What people wanted that is switched off.</summary>
/// <param name="Items">One for each feature, the most wanted first.</param>
public sealed record DemandResponse(IReadOnlyList<DemandItem> Items)
{
    /// <summary>People that are named for each feature.</summary>
    internal const int MostPeople = 200;

    /// <summary>A few statements, however much is wanted.</summary>
    internal static async Task<DemandResponse> LoadAsync(KinviteDbContext db, CancellationToken ct)
    {
        var features = await db.Demand.GroupBy(d => d.Feature)
            .Select(g => new { Feature = g.Key, Attempts = g.Count(), Families = g.Select(d => d.FamilyId).Distinct().Count() })
            .OrderByDescending(g => g.Attempts).ThenBy(g => g.Feature).ToListAsync(ct);
        var items = new List<DemandItem>(features.Count);
        foreach (var feature in features)
        {
            var people = await (
                from wanted in db.Demand.Where(d => d.Feature == feature.Feature).GroupBy(d => d.AccountId).Select(g => new { AccountId = g.Key, At = g.Max(d => d.At) })
                join account in db.Accounts on wanted.AccountId equals account.Id
                where account.DeletedAt == null
                orderby wanted.At descending, account.Id
                select new
                {
                    account.DisplayName,
                    wanted.At,
                    Addresses = db.Addresses.Where(a => a.AccountId == account.Id && a.ProvenAt != null && a.Primary).Select(a => new { a.Type, a.Value }).ToList(),
                }).Take(MostPeople).ToListAsync(ct);
            items.Add(new(feature.Feature, feature.Attempts, feature.Families, [.. people.Select(p => new DemandPerson(
                p.DisplayName,
                p.Addresses.FirstOrDefault(a => a.Type == AddressType.Email)?.Value,
                p.Addresses.FirstOrDefault(a => a.Type == AddressType.Phone)?.Value,
                p.At))]));
        }

        return new(items);
    }
}

/// <summary>One feature that is wanted.</summary>
/// <param name="Feature"><c>sms_invite</c>.</param>
/// <param name="Attempts">How often, each person once a day.</param>
/// <param name="Families">In how many families.</param>
/// <param name="People">Whom to tell once it is there, at most 200, the latest first.</param>
public sealed record DemandItem(string Feature, int Attempts, int Families, IReadOnlyList<DemandPerson> People);

/// <summary>Somebody who wanted it.</summary>
/// <param name="Name">As families know them.</param>
/// <param name="Email">Their proven mailbox; null when there is none.</param>
/// <param name="Phone">Their proven number; null when there is none.</param>
/// <param name="At">When they last wanted it.</param>
public sealed record DemandPerson(string Name, string? Email, string? Phone, DateTimeOffset At);

/// <summary>Says it to whoever runs the server; to anybody else there is no such thing.</summary>
internal sealed class ListDemand(KinviteDbContext db, Operators operators, CurrentAccount account)
{
    public async Task<Result<DemandResponse>> HandleAsync(CancellationToken ct) =>
        await operators.IncludeAsync(account.Id, ct) ? await DemandResponse.LoadAsync(db, ct) : Problem.NotFound;

    public static void Map(IEndpointRouteBuilder admin) => admin.MapGet("/demand", GetAsync)
        .WithName(nameof(ListDemand)).Produces<DemandResponse>().ProducesProblem(401).ProducesProblem(404);

    [EndpointSummary("What is wanted and switched off")]
    [EndpointDescription("For whoever runs the server.")]
    private static async Task<IResult> GetAsync(ListDemand list, CancellationToken ct) => (await list.HandleAsync(ct)).ToOk();
}
