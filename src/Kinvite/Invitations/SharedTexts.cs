namespace Kinvite.Invitations;

/// <summary>Marks the texts of <c>/account/shared</c> (<c>SharedTexts.resx</c>).</summary>
internal sealed class SharedTexts;
