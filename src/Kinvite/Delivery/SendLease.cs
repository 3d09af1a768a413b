namespace Kinvite.Delivery;

/// <summary>
/// The time in which a claimed row is ours. A process that was paused past it must neither send nor mark: somebody else has the row now.
/// </summary>
internal sealed class SendLease(TimeProvider clock, DateTimeOffset endsAt)
{
    private long endsAtTicks = endsAt.UtcTicks;

    /// <summary>Asked at the last moment before a message leaves for good.</summary>
    public bool Holds => clock.Now().UtcTicks < Interlocked.Read(ref endsAtTicks);

    public void Extend(DateTimeOffset until) => Interlocked.Exchange(ref endsAtTicks, until.UtcTicks);
}
