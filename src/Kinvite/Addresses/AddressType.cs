namespace Kinvite.Addresses;

/// <summary>The sort of an address.</summary>
public enum AddressType
{
    /// <summary>A mailbox.</summary>
    Email = 1,

    /// <summary>A phone number in E.164.</summary>
    Phone = 2,
}
