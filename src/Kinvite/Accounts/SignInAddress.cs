using Kinvite.Addresses;
using Kinvite.Http;

namespace Kinvite.Accounts;

/// <summary>The address that a request to sign in is about.</summary>
internal static class SignInAddress
{
    /// <summary>The mailbox; a phone number is refused as long as there is no provider of texts.</summary>
    public static Result<EmailAddress> Parse(string? email, string? phone) => (email, phone) switch
    {
        (not null, null) => EmailAddress.TryParse(email) is { } address ? address : Problem.Invalid("email", "This is not an e-mail address."),
        (null, not null) => PhoneNumber.TryParse(phone) is null ? Problem.Invalid("phone", "This is not a phone number.") : AccountProblems.NoTexts,
        (null, null) => Problem.Invalid("email", "An e-mail address is needed."),
        _ => Problem.Invalid("phone", "Give an e-mail address or a phone number, not both."),
    };
}
