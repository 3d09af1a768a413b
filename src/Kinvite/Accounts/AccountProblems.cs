using Kinvite.Http;

namespace Kinvite.Accounts;

/// <summary>Why signing in is refused.</summary>
internal static class AccountProblems
{
    /// <summary>Wrong, used, too old, or tried too often: all alike.</summary>
    public static readonly Problem CodeInvalid = new(401, "code.invalid", "This code does not work", "Check the digits of the newest message, or ask for a new code.");

    /// <summary>The same for an address that nobody has.</summary>
    public static readonly Problem LoginFailed = new(401, "login.failed", "Address and password do not fit", "Check both, sign in with a code, or set a new password.");

    public static readonly Problem RefreshInvalid = Problem.AuthRequired with { Detail = "This refresh token is no longer good: sign in again." };

    /// <summary>Said only after a right code: it tells nobody anything about addresses that are not theirs.</summary>
    public static readonly Problem AddressTaken = new(409, "address.taken", "This address belongs to another account", "Sign in with that account, or use another address.");

    /// <summary>Signed in, but too long ago for what changes how one signs in.</summary>
    public static readonly Problem Reauthenticate = new(
        403, "auth.reauthenticate", "Please confirm that it is you", "This needs a sign-in of the last 10 minutes: sign in again, with a code or a password, and repeat it with the new tokens.");

    public static readonly Problem Guest = Problem.RightsMissing with { Detail = "A guest has no way of signing in to change: sign up with an address first." };

    public static readonly Problem LastSignIn = new(
        409, "account.last_sign_in", "This is the last way into your account", "Add another address, a passkey or a password first.");

    public static readonly Problem PasswordWrong = new(400, "password.wrong", "This password is not right", "Check it, or take another way.");

    /// <summary>Whatever is wrong with it: nobody learns how far a forged one came.</summary>
    public static readonly Problem PasskeyInvalid = new(400, "passkey.invalid", "This passkey did not work", "Try it once more, or take another way.");

    public static readonly Problem PasskeysFull = new(409, "passkey.too_many", "There are too many passkeys", "Remove one that you do not use any more.");

    /// <summary>Whatever is wrong: the account is gone or locked, or the answer is about somebody else.</summary>
    public static readonly Problem ProviderRefused = new(403, "provider.refused", "This way of signing in did not work", "Try it once more, or take another way.");

    public static readonly Problem ProviderTaken = new(409, "provider.taken", "This sign-in belongs to another account", "Sign in with it, or take it off there first.");

    public static readonly Problem SignUpByInvitation = new(403, "sign_up.invited", "New accounts need an invitation here", "Use the address that was invited, or open your invitation's link first.");

    /// <summary>Before anything is proven only the link counts.</summary>
    public static readonly Problem SignUpByLink = SignUpByInvitation with { Detail = "Bring the token of your invitation's link, or ask for a code at the address that was invited." };

    public static readonly Problem SetUpOver = new(410, "sign_up.set_up_over", "Somebody was first already", "Sign in, or ask for an invitation.");

    public static readonly Problem SignUpClosed = new(403, "sign_up.closed", "There are no new accounts here", "Ask whoever runs this server.");

    public static readonly Problem NoTexts = new(409, "channel.unavailable", "Text messages cannot go there from here", "Use an e-mail address.");
}
