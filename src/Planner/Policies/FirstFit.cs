using ThotNet.Planner.Simulation;

namespace ThotNet.Planner.Policies;

/// <summary>
/// The frame of the ordinary policies: each request takes the first target with room in an order of the policy's; who finds none waits in the order of
/// arrival, as long as its patience lasts.
/// </summary>
internal sealed class FirstFit(World world, ITargetOrder order) : IDispatcher
{
    private readonly LinkedList<Waiting> _waiting = new();
    private readonly int[] _targets = new int[world.Targets.Length];

    public void Arrive(int request, TimeSpan now)
    {
        if (TryServe(request, now) is { } readyAt && world.Patience > TimeSpan.Zero)
        {
            _waiting.AddLast(new Waiting(request, world.Requests[request].Offset + world.Patience, readyAt));
        }
    }

    public void Advance(TimeSpan now)
    {
        for (var place = _waiting.First; place is not null;)
        {
            var next = place.Next;
            var waiting = place.Value;
            if (waiting.ReadyAt <= now && TryServe(waiting.Request, now) is var readyAt)
            {
                if (readyAt is null)
                {
                    _waiting.Remove(place);
                }

                waiting.ReadyAt = readyAt ?? now;
            }

            if (waiting.Deadline <= now && place.List is not null)
            {
                _waiting.Remove(place);
            }

            place = next;
        }
    }

    public TimeSpan? NextAt(TimeSpan now)
    {
        TimeSpan? next = null;
        foreach (var waiting in _waiting)
        {
            var at = waiting.ReadyAt < waiting.Deadline ? waiting.ReadyAt : waiting.Deadline;
            next = next <= at ? next : at;
        }

        return next;
    }

    /// <summary>Serves it now; or says when it may be, at the earliest.</summary>
    private TimeSpan? TryServe(int request, TimeSpan now)
    {
        order.Fill(_targets, request, now);
        var ready = TimeSpan.MaxValue;
        foreach (var target in _targets)
        {
            if (world.TryServe(request, target, now))
            {
                order.Served(target, now);
                return null;
            }

            var amounts = world.AmountsOf(request, target);
            ready = world.ReadyAt(world.QuotaOf(target), amounts, amounts, now) is { } at && at < ready ? at : ready;
        }

        return ready > now ? ready : now + TimeSpan.FromMilliseconds(1);
    }

    private sealed class Waiting(int request, TimeSpan deadline, TimeSpan readyAt)
    {
        public int Request => request;

        public TimeSpan Deadline => deadline;

        public TimeSpan ReadyAt { get; set; } = readyAt;
    }
}
