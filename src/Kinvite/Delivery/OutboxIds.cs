using System.Buffers.Binary;

namespace Kinvite.Delivery;

/// <summary>Outbox ids are UUIDv7: in the order of their time, so that the key finds what was queued before or since an instant.</summary>
internal static class OutboxIds
{
    /// <summary>Not after any id that was made at this instant or later, to the millisecond (RFC 9562 §5.7).</summary>
    public static Guid From(DateTimeOffset instant)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, instant.ToUnixTimeMilliseconds()) << 16);
        return new Guid(bytes, bigEndian: true);
    }
}
