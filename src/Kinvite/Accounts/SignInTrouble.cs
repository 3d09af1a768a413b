namespace Kinvite.Accounts;

/// <summary>Why a code did not sign in.</summary>
public enum SignInTrouble
{
    /// <summary>Nothing was tried yet.</summary>
    None,

    /// <summary>Other digits, or a code that is too old or used: all look alike.</summary>
    Wrong,

    /// <summary>Surely too old: the page itself has been open longer than a code lives.</summary>
    Expired,

    /// <summary>So many wrong ones that only waiting helps.</summary>
    TooMany,
}
