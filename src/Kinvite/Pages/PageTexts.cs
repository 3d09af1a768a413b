namespace Kinvite.Pages;

/// <summary>Marks the texts of layout, shared components, start and error pages (<c>PageTexts.resx</c>).</summary>
internal sealed class PageTexts;

/// <summary>Marks what pages say after a form (<c>NoticeTexts.resx</c>).</summary>
internal sealed class NoticeTexts;

/// <summary>Marks refusals in words, by code (<c>ProblemTexts.resx</c>).</summary>
internal sealed class ProblemTexts;
