namespace Kinvite.Accounts;

/// <summary>Signed in.</summary>
/// <param name="AccessToken">For <c>Authorization: Bearer</c>.</param>
/// <param name="RefreshToken">Gives new tokens at <c>/api/auth/refresh</c>, once; good for 30 days.</param>
/// <param name="ExpiresIn">Seconds that the access token is good.</param>
/// <param name="AccountId">Who is signed in; null for a child on a shared tablet.</param>
/// <param name="Created">Whether the account is new.</param>
public sealed record TokenResponse(string AccessToken, string RefreshToken, int ExpiresIn, Guid? AccountId, bool Created)
{
    internal static TokenResponse Of(Guid? accountId, SessionTokens tokens, bool created = false) =>
        new(tokens.Access, tokens.Refresh!, (int)tokens.AccessFor.TotalSeconds, accountId, created);
}
