using Kinvite.Members;

namespace Kinvite.Devices;

/// <summary>A family's shared tablets, as whoever manages them sees them.</summary>
/// <param name="FamilyId">The family.</param>
/// <param name="FamilyName">Its name.</param>
/// <param name="Devices">Newest first.</param>
/// <param name="This">The one that the reader sits at, where it is one of these.</param>
public sealed record TabletsView(Guid FamilyId, string FamilyName, IReadOnlyList<DeviceResponse> Devices, Guid? This);

/// <summary>What a child sees on a shared tablet.</summary>
/// <param name="FamilyName">Its family.</param>
/// <param name="Name">How the family calls it.</param>
/// <param name="Avatar">A name of the built-in set.</param>
/// <param name="Points">Null where the kind has none.</param>
/// <param name="History">How it came to them.</param>
/// <param name="People">Everybody whom it may see.</param>
public sealed record TabletHomeView(string FamilyName, string Name, string? Avatar, int? Points, PointsHistory? History, IReadOnlyList<TabletPerson> People);

/// <summary>Somebody in the family, as a child sees them.</summary>
/// <param name="Name">How the family calls them.</param>
/// <param name="Avatar">A name of the built-in set.</param>
/// <param name="RoleName">In the reader's language.</param>
/// <param name="IsYou">The child itself.</param>
/// <param name="Points">Null where the kind has none.</param>
public sealed record TabletPerson(string Name, string? Avatar, string RoleName, bool IsYou, int? Points);
