using Kinvite.Activity;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Kinvite.Wording;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Families;

/// <summary>Starts a family.</summary>
/// <param name="Name">1 to 80 characters, without links or phone numbers.</param>
/// <param name="Kind">The key of a kind; <c>home</c> when left out.</param>
public sealed record CreateFamilyRequest(string? Name, string? Kind = null);

/// <summary>Starts a family; the caller becomes its owner.</summary>
internal sealed class CreateFamily(KinviteDbContext db, FamilyKinds kinds, CurrentAccount account, Idempotency idempotency, TimeProvider clock)
{
    public const string DefaultKind = "home";

    public Task<Result<FamilyResponse>> HandleAsync(CreateFamilyRequest request, CancellationToken ct) =>
        idempotency.OnceAsync(kept => AgainAsync(kept.Made[0], ct), () => CreateAsync(request, ct), ct);

    private async Task<Result<FamilyResponse>> AgainAsync(Guid id, CancellationToken ct)
    {
        var found = await db.Members.Where(m => m.FamilyId == id && m.AccountId == account.Id)
            .Join(db.Families, m => m.FamilyId, f => f.Id, (m, f) => new { Family = f, m.Role, m.Permission }).SingleOrDefaultAsync(ct);
        return found is null ? Problem.NotFound : FamilyResponse.Of(found.Family, found.Role, found.Permission, account.DefaultFamilyId);
    }

    private async Task<Result<FamilyResponse>> CreateAsync(CreateFamilyRequest request, CancellationToken ct)
    {
        var errors = new FieldErrors();
        var name = errors.Take("name", PersonName.Parse(request.Name));
        if (kinds.TryFind(request.Kind ?? DefaultKind) is not { } kind)
        {
            errors.Add("kind", "There is no such kind of family; GET /api/families/kinds lists them.");
            kind = null!;
        }

        if (errors.Problem is { } problem)
        {
            return problem;
        }

        if (account.IsGuest)
        {
            return Problem.RightsMissing with { Detail = "Add an address to your account first, then you can start a family." };
        }

        var now = clock.Now();
        var family = new Family
        {
            Id = Guid.CreateVersion7(now),
            Name = name!,
            Kind = kind.Key,
            Locale = account.Locale,
            TimeZone = account.TimeZone,
            OwnerId = Guid.CreateVersion7(now),
            CreatedAt = now,
        };
        var founder = new Member
        {
            FamilyId = family.Id,
            Id = family.OwnerId,
            AccountId = account.Id,
            Name = account.DisplayName,
            Role = kind.FounderRole,
            Permission = Permission.Owner,
            WholeFamily = true,
            JoinedAt = now,
        };
        db.AddRange(family, founder, ActivityEntry.Of(ActivityTypes.FamilyCreated, family.Id, founder, now));

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var isFirst = await db.Accounts.Where(a => a.Id == account.Id && a.DefaultFamilyId == null)
            .ExecuteUpdateAsync(a => a.SetProperty(x => x.DefaultFamilyId, family.Id), ct) == 1;
        if (await idempotency.KeepAsync(201, [family.Id], outcomes: null, ct) is { } running)
        {
            return running;
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return FamilyResponse.Of(family, founder.Role, founder.Permission, isFirst ? family.Id : account.DefaultFamilyId);
    }

    public static void Map(IEndpointRouteBuilder families) => families.MapPost("", PostAsync).Idempotent()
        .WithName(nameof(CreateFamily)).Produces<FamilyResponse>(201).ProducesProblem(400).ProducesProblem(401);

    [EndpointSummary("Start a family")]
    [EndpointDescription("The caller becomes its owner.")]
    private static async Task<IResult> PostAsync(CreateFamilyRequest request, CreateFamily create, CancellationToken ct) =>
        (await create.HandleAsync(request, ct)).ToHttp(family => TypedResults.Created($"/api/families/{family.Id}", family));
}
