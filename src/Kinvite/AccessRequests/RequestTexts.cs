namespace Kinvite.AccessRequests;

/// <summary>Marks the texts of a family's requests page (<c>RequestTexts.resx</c>).</summary>
internal sealed class RequestTexts;
