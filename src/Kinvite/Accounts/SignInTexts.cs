namespace Kinvite.Accounts;

/// <summary>Marks the texts of the sign-in pages (<c>SignInTexts.resx</c>).</summary>
internal sealed class SignInTexts;
