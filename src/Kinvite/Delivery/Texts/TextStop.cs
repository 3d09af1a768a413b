namespace Kinvite.Delivery.Texts;

/// <summary>A number whose person answered STOP: no text goes there until they answer START (CTIA messaging principles §5.1.3).</summary>
internal sealed class TextStop
{
    /// <summary>The number's canonical key.</summary>
    public required string AddressKey { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>Texts cannot be sent at all for now, because the provider said so: an unregistered sender, an account that is closed.</summary>
internal sealed class TextOutage
{
    /// <summary>There is one row at most.</summary>
    public const short OnlyId = 1;

    public short Id { get; init; } = OnlyId;

    /// <summary>The provider's code: <c>30034</c>.</summary>
    public required string Code { get; init; }
    public required DateTimeOffset Since { get; init; }
}
