namespace Kinvite.Delivery.Letters;

/// <summary>What stands around every letter, in the letter's language.</summary>
/// <param name="LinkInFull">Introduces the button's address.</param>
/// <param name="Automatic">Says that nobody reads answers.</param>
/// <param name="Legal">Terms and privacy, where they are configured.</param>
public sealed record LetterFrame(string LinkInFull, string Automatic, IReadOnlyList<LetterLink> Legal);
