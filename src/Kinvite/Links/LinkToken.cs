using System.Buffers.Binary;

namespace Kinvite.Links;

/// <summary>How a link travels. It is part of the token, so a copied link can never pass for a mailed one.</summary>
internal enum LinkKind : byte
{
    /// <summary>Sent to the invited mailbox: whoever holds it controls that mailbox.</summary>
    Mailed = 1,

    /// <summary>Sent to the invited phone.</summary>
    Texted = 2,

    /// <summary>Handed over by the inviter: proves nothing about an address.</summary>
    Copied = 3,

    /// <summary>Open: whoever has it, within limits.</summary>
    Open = 4,
}

/// <summary>
/// What a link's token says, once its MAC is known to be right (design.md §4):
/// <c>version+epoch (1) ‖ kind (1) ‖ id (16) ‖ generation (2) ‖ first 16 bytes of HMAC-SHA256(key, all before)</c>, 36 bytes, 48 base64url characters.
/// The first byte holds the version in its upper two bits and the epoch's number modulo 64 in its lower six. Ids are big-endian.
/// </summary>
/// <param name="Kind">How the link travels.</param>
/// <param name="Id">The invitation or open link.</param>
/// <param name="Generation">Counts up with every resend; an older one is a replaced link.</param>
/// <param name="Epoch">The key's epoch; whether it still counts is asked in the same statement as the row itself.</param>
internal sealed record LinkToken(LinkKind Kind, Guid Id, short Generation, int Epoch)
{
    /// <summary>Characters of a token in a link.</summary>
    public const int Length = 48;

    /// <summary>Epochs that can be told apart by the first byte.</summary>
    public const int EpochSlots = 64;

    internal const int Bytes = 36;
    internal const int SignedBytes = 20;
    private const int Version = 1;

    /// <summary>The epoch's number modulo 64, as the token's first byte has it.</summary>
    internal static int SlotOf(ReadOnlySpan<byte> token) => token[0] & (EpochSlots - 1);

    /// <summary>Takes the bytes out of the characters; says nothing about the MAC.</summary>
    internal static bool TryDecode(ReadOnlySpan<char> text, Span<byte> token) =>
        Base64Text.TryDecode(text, token[..Bytes])
        && token[0] >> 6 == Version
        && Enum.IsDefined((LinkKind)token[1]);

    /// <summary>What the signed part says.</summary>
    internal static LinkToken Read(ReadOnlySpan<byte> token, int epoch) => new(
        (LinkKind)token[1], new Guid(token.Slice(2, 16), bigEndian: true), BinaryPrimitives.ReadInt16BigEndian(token[18..]), epoch);

    /// <summary>Writes everything but the MAC.</summary>
    internal void WriteSigned(Span<byte> token)
    {
        token[0] = (byte)((Version << 6) | (Epoch % EpochSlots));
        token[1] = (byte)Kind;
        Id.TryWriteBytes(token[2..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt16BigEndian(token[18..], Generation);
    }
}
