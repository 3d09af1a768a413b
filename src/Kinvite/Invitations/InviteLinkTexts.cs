namespace Kinvite.Invitations;

/// <summary>Marks the texts of <c>InviteLinkTexts.resx</c>.</summary>
internal sealed class InviteLinkTexts;
