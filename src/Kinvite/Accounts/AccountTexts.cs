namespace Kinvite.Accounts;

/// <summary>Marks the texts of the account's pages (<c>AccountTexts.resx</c>).</summary>
internal sealed class AccountTexts;
