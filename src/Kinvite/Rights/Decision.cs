namespace Kinvite.Rights;

/// <summary>The answer of a rule, with its reason in one sentence for people.</summary>
/// <param name="Allowed">Whether it may be done.</param>
/// <param name="Because">One sentence that says why.</param>
internal sealed record Decision(bool Allowed, string Because);
