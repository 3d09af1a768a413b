namespace Kinvite.Pages.Components;

/// <summary>The invitation in hand while somebody signs in.</summary>
/// <param name="FamilyName">Which family.</param>
/// <param name="InviterName">Who invites.</param>
public sealed record Joining(string FamilyName, string InviterName);
