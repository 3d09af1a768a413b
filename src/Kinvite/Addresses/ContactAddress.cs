namespace Kinvite.Addresses;

/// <summary>Where somebody is reached: a mailbox or a phone number. One address has one key, however it was written.</summary>
/// <param name="Value">As kept, for sending and showing.</param>
/// <param name="Key">Canonical, compared as bytes. One with an @ is a mailbox's, one with a + in front and no @ a number's: the two never meet.</param>
internal abstract record ContactAddress(string Value, string Key)
{
    public abstract AddressType Type { get; }

    /// <summary>For showing to somebody who may not see it whole: <c>o•••@example.org</c>, <c>+47•••67</c>.</summary>
    public string Masked => Mask(Value);

    /// <summary>A mailbox where there is an @, else a phone number; null when it is neither.</summary>
    public static ContactAddress? TryParse(string? text) =>
        text?.Contains('@', StringComparison.Ordinal) == true ? EmailAddress.TryParse(text) : PhoneNumber.TryParse(text);

    /// <summary>For showing to somebody who may not see it whole.</summary>
    public static string Mask(string value) => value.Contains('@', StringComparison.Ordinal) ? EmailAddress.MaskMailbox(value) : PhoneNumber.MaskNumber(value);
}
