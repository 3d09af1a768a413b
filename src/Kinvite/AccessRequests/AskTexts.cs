namespace Kinvite.AccessRequests;

/// <summary>Marks the texts of <c>/request-access</c> and of the link to it (<c>AskTexts.resx</c>).</summary>
internal sealed class AskTexts;
