namespace Kinvite.Invitations;

/// <summary>Marks the texts of a family's invitations page (<c>InvitationTexts.resx</c>).</summary>
internal sealed class InvitationTexts;
