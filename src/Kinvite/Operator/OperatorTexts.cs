namespace Kinvite.Operator;

/// <summary>Marks the texts of <c>OperatorTexts.resx</c>.</summary>
internal sealed class OperatorTexts;
