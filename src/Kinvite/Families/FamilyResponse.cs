using Kinvite.Rights;

namespace Kinvite.Families;

/// <summary>A family, as one of its members sees it.</summary>
/// <param name="Id">Stays the same for its whole life.</param>
/// <param name="Name">As its members call it.</param>
/// <param name="Kind">The key of its kind.</param>
/// <param name="Locale">The language of its mails where a person's own is not known.</param>
/// <param name="TimeZone">IANA zone.</param>
/// <param name="Role">The caller's role here.</param>
/// <param name="Permission">What the caller may do here.</param>
/// <param name="IsDefault">Whether it is the family that the caller's apps open first.</param>
/// <param name="CreatedAt">When it was started.</param>
public sealed record FamilyResponse(
    Guid Id, string Name, string Kind, string Locale, string TimeZone, string Role, Permission Permission, bool IsDefault, DateTimeOffset CreatedAt)
{
    internal static FamilyResponse Of(Family family, string role, Permission permission, Guid? defaultFamilyId) =>
        new(family.Id, family.Name, family.Kind, family.Locale, family.TimeZone, role, permission, family.Id == defaultFamilyId, family.CreatedAt);
}
