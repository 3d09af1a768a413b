namespace Kinvite.Pages;

/// <summary>One of the families of whoever is signed in.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="RoleName">What one is in it, in the reader's language.</param>
/// <param name="Members">How many people one sees there.</param>
/// <param name="Waiting">Requests that wait for an answer of one's own; 0 when there are none or one cannot answer.</param>
public sealed record FamilyCard(Guid Id, string Name, string RoleName, int Members, int Waiting = 0);
