using Kinvite.Accounts;
using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Kinvite.Wording;

namespace Kinvite.Families;

/// <summary>A JSON Merge Patch of the family: what is absent stays.</summary>
public sealed record UpdateFamilyRequest
{
    /// <summary>1 to 80 characters, without links or phone numbers; cannot be cleared.</summary>
    public Optional<string> Name { get; init; }

    /// <summary><c>en</c> or <c>es</c>: the language of its mails where a person's own is not known; cannot be cleared.</summary>
    public Optional<string> Locale { get; init; }

    /// <summary>IANA zone such as <c>Europe/Oslo</c>; cannot be cleared.</summary>
    public Optional<string> TimeZone { get; init; }
}

/// <summary>Changes what a family is called, and its language and zone.</summary>
internal sealed class UpdateFamily(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, CurrentAccount account)
{
    public Task<Result<FamilyResponse>> HandleAsync(Guid familyId, UpdateFamilyRequest request, CancellationToken ct) =>
        transaction.RunAsync(familyId, family => UpdateAsync(family, request, ct), ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapPatch("", PatchAsync)
        .WithName(nameof(UpdateFamily)).Produces<FamilyResponse>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    private async Task<Result<FamilyResponse>> UpdateAsync(Family family, UpdateFamilyRequest request, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.SettingsManage)) is not null)
        {
            return problem;
        }

        var errors = new FieldErrors();
        var name = request.Name.IsSet ? errors.Take("name", PersonName.Parse(request.Name.Value)) : family.Name;
        if (request.Locale.IsSet && !Locales.Knows(request.Locale.Value))
        {
            errors.Add("locale", "One of en, es.");
        }

        if (request.TimeZone.IsSet && !TimeZones.Knows(request.TimeZone.Value))
        {
            errors.Add("timeZone", "An IANA zone such as Europe/Oslo.");
        }

        if ((problem = errors.Problem) is not null)
        {
            return problem;
        }

        (family.Name, family.Locale, family.TimeZone) = (name!, request.Locale.Or(family.Locale)!, request.TimeZone.Or(family.TimeZone)!);
        await db.SaveChangesAsync(ct);
        return FamilyResponse.Of(family, entered.Value.Member.Role, entered.Value.Member.Permission, account.DefaultFamilyId);
    }

    [EndpointSummary("Change a family's name, language or zone")]
    [EndpointDescription("JSON Merge Patch: absent members stay as they are.")]
    private static async Task<IResult> PatchAsync(Guid familyId, UpdateFamilyRequest request, UpdateFamily update, CancellationToken ct) =>
        (await update.HandleAsync(familyId, request, ct)).ToOk();
}
