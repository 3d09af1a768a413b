namespace Kinvite.Harness;

/// <summary>A clock that runs as the real one does and can be put forward; timers that a jump passes fire at once.</summary>
public sealed class ManualClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly HashSet<JumpingTimer> timers = [];
    private TimeSpan ahead;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return System.GetUtcNow() + ahead;
        }
    }

    /// <summary>The wall clock alone jumps: elapsed time is measured as it passes.</summary>
    public override long GetTimestamp() => System.GetTimestamp();

    public void Advance(TimeSpan by)
    {
        List<JumpingTimer> waiting;
        lock (gate)
        {
            ahead += by;
            waiting = [.. timers];
        }

        waiting.ForEach(t => t.Jump());
    }

    public void Set(DateTimeOffset now) => Advance(now - GetUtcNow());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new JumpingTimer(this, callback, state);
        lock (gate)
        {
            timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    private void Forget(JumpingTimer timer)
    {
        lock (gate)
        {
            timers.Remove(timer);
        }
    }

    private sealed class JumpingTimer : ITimer
    {
        private readonly ManualClock clock;
        private readonly ITimer inner;
        private readonly Lock gate = new();
        private DateTimeOffset? due;
        private TimeSpan period = Timeout.InfiniteTimeSpan;

        public JumpingTimer(ManualClock clock, TimerCallback callback, object? state)
        {
            this.clock = clock;
            inner = System.CreateTimer(
                s =>
                {
                    lock (gate)
                    {
                        due = period == Timeout.InfiniteTimeSpan ? null : clock.GetUtcNow() + period;
                    }

                    callback(s);
                },
                state,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            lock (gate)
            {
                period = newPeriod <= TimeSpan.Zero ? Timeout.InfiniteTimeSpan : newPeriod;
                due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.GetUtcNow() + dueTime;
            }

            return inner.Change(dueTime, period);
        }

        public void Jump()
        {
            lock (gate)
            {
                if (due is { } at && at <= clock.GetUtcNow())
                {
                    inner.Change(TimeSpan.Zero, period);
                }
                else if (due is { } later)
                {
                    inner.Change(later - clock.GetUtcNow(), period);
                }
            }
        }

        public void Dispose()
        {
            clock.Forget(this);
            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            clock.Forget(this);
            return inner.DisposeAsync();
        }
    }
}
