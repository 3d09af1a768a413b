namespace Kinvite.Invitations;

/// <summary>Marks the texts of the consent screen (<c>JoinTexts.resx</c>).</summary>
internal sealed class JoinTexts;
