using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Kinvite.Accounts;

/// <summary>Hashes passwords and compares them, at the same cost whether or not there is one to compare with. Identity's own: PBKDF2 with a salt each.</summary>
internal sealed class PasswordHashes
{
    /// <summary>Rounds of PBKDF2-HMAC-SHA512 (OWASP Password Storage Cheat Sheet).</summary>
    public const int Rounds = 210_000;

    private readonly PasswordHasher<Account> hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Rounds }));
    private readonly string nobodys;

    public PasswordHashes() => nobodys = hasher.HashPassword(null!, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));

    /// <param name="password">As <see cref="PasswordRule"/> gives it.</param>
    public string Of(string password) => hasher.HashPassword(null!, password);

    /// <summary>Whether the password is the one of the hash; with none it takes the same time and is wrong.</summary>
    public bool Match(string? hash, string password) =>
        hasher.VerifyHashedPassword(null!, hash ?? nobodys, password) != PasswordVerificationResult.Failed && hash is not null;
}
