namespace Kinvite.Devices;

/// <summary>Marks the texts of shared tablets (<c>TabletTexts.resx</c>).</summary>
internal sealed class TabletTexts;
