namespace Kinvite.Families;

/// <summary>Marks the texts of the circle and of starting a family (<c>FamilyTexts.resx</c>).</summary>
internal sealed class FamilyTexts;
