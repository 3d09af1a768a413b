using Kinvite.Accounts;
using Kinvite.Links;

namespace Kinvite.Members;

/// <summary>
/// Hashes a child's digits and compares them. Four digits are guessed from any hash in a moment, so the counter is what protects them; whoever has a
/// copy of the database gets nothing either, because they are first keyed with the master key (a pepper, OWASP Password Storage Cheat Sheet) and with
/// whose they are, and then hashed as slowly as passwords: PBKDF2-HMAC-SHA512, <see cref="PasswordHashes.Rounds"/> rounds, a salt each.
/// </summary>
internal sealed class PinHashes(KeyRing ring, PasswordHashes hashes)
{
    public string Of(Guid memberId, string pin) => hashes.Of(ring.PinTexts(memberId, pin)[0]);

    /// <summary>Whether these are the digits; those that were kept under the master key before count, too.</summary>
    public bool Match(string hash, Guid memberId, string pin) => ring.PinTexts(memberId, pin).Any(text => hashes.Match(hash, text));
}
