using Kinvite.Addresses;
using Kinvite.Http;

namespace Kinvite.Accounts;

/// <summary>The address that a request to sign in is about.</summary>
internal static class SignInAddress
{
    /// <summary>A mailbox or a phone number; one of them.</summary>
    public static Result<ContactAddress> Parse(string? email, string? phone) => (email, phone) switch
    {
        (not null, null) => EmailAddress.TryParse(email) is { } address ? address : Problem.Invalid("email", "This is not an e-mail address."),
        (null, not null) => PhoneNumber.TryParse(phone) is { } number ? number : Problem.Invalid("phone", "Give the number with its country, such as +47 412 34 567."),
        (null, null) => Problem.Invalid("email", "An e-mail address is needed."),
        _ => Problem.Invalid("phone", "Give an e-mail address or a phone number, not both."),
    };

    /// <summary>Where only a mailbox will do: what is about passwords goes by mail.</summary>
    public static Result<EmailAddress> ParseMailbox(string? email) => email is null
        ? Problem.Invalid("email", "An e-mail address is needed.")
        : EmailAddress.TryParse(email) is { } address ? address : Problem.Invalid("email", "This is not an e-mail address.");

    /// <summary>Which of the two somebody typed into one field: what has digits and nothing that a number cannot have was meant as one.</summary>
    public static (string? Email, string? Phone) Read(string? typed) =>
        typed is not null && typed.Any(char.IsAsciiDigit) && typed.All(c => char.IsAsciiDigit(c) || " +.-()".Contains(c, StringComparison.Ordinal)) ? (null, typed) : (typed ?? "", null);
}
