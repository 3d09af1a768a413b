namespace Kinvite.Invitations;

/// <summary>The texts of the printed card, and of the page around it.</summary>
internal sealed class PrintCardTexts;
