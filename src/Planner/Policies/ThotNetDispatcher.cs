using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Simulation;
using ThotNet.Routing.Shares;
using ThotNet.Routing.Waiting;

namespace ThotNet.Planner.Policies;

/// <summary>
/// ThotNet's own policy, step by step as <see cref="Silo.Routing.TargetSelector"/> has it, and of the same parts: credits, prices, the list of those who
/// wait. All targets are healthy, and every request is of one key and one priority.
/// </summary>
internal sealed class ThotNetDispatcher : IDispatcher
{
    private const string Key = "trace";
    private const int Priority = 0;

    private readonly World _world;
    private readonly SimulatedRouter _router;
    private readonly ShareCredits _credits;
    private readonly WaitingList<SimulatedPick> _waiting = new();

    public ThotNetDispatcher(World world)
    {
        _world = world;
        _router = new(world);
        _credits = new([.. world.Targets.Select(target => target.Share)]);
    }

    public void Arrive(int request, TimeSpan now)
    {
        _router.Count(request);
        var pick = Arrange(request);
        if (!TryNow(pick, now) && !Join(pick, now))
        {
            TryDear(pick, now);
        }
    }

    public void Advance(TimeSpan now)
    {
        _router.Advance(now);
        GiveTurns(now);
        foreach (var late in _waiting.Tickets.Where(ticket => ticket.Terms.Deadline <= now).ToList())
        {
            _waiting.Remove(late, isServed: false);
        }
    }

    public TimeSpan? NextAt(TimeSpan now) => _waiting.NextAt(now);

    private SimulatedPick Arrange(int request)
    {
        var targets = Enumerable.Range(0, _world.Targets.Length).ToArray();
        var prices = targets.Select(target => _router.Table.Prices[target].Of(_world.AmountsOf(request, target))).ToArray();
        _credits.Order(targets, prices);
        return new(request, targets, prices, prices.Min() + _router.Table.WaitAbove);
    }

    private bool TryNow(SimulatedPick pick, TimeSpan now)
    {
        for (var place = 0; place < pick.Count; place++)
        {
            if (IsTooDear(pick, place, now))
            {
                pick.IsTooDear(place) = true;
            }
            else if (MayPass(pick, place, !pick.IsSpare(place), now) && TryServe(pick, place, pick.Count - 1, now))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it is better to wait for one of those before that place, which have no headroom now.</summary>
    private bool IsTooDear(SimulatedPick pick, int place, TimeSpan now)
    {
        if (double.IsInfinity(_router.Table.WaitAbove))
        {
            return false;
        }

        for (var other = 0; other < place; other++)
        {
            if (!pick.IsTooDear(other) && ReadyAt(pick, other, AheadOf(pick, other, now), now) is { } readyAt
                && WaitingRules.CostOf(pick.Price(other), readyAt - now, _world.Patience, _router.Table.WaitAbove) < pick.Price(place))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Waits, unless there is no use in it.</summary>
    private bool Join(SimulatedPick pick, TimeSpan now)
    {
        var deadline = now + _world.Patience;
        var choices = new List<(WaitingChoice Choice, TimeSpan ReadyAt)>(pick.Count);
        var (mayBeInTime, isPreferredInTime) = (false, false);
        for (var place = 0; place < pick.Count; place++)
        {
            var ahead = AheadOf(pick, place, now);
            if (ReadyAt(pick, place, QuotaAmounts.Zero, now) is { } notBefore && ReadyAt(pick, place, ahead, now) is { } readyAt)
            {
                var (target, isPreferred) = (pick.Target(place), pick.IsPreferred(place));
                choices.Add((new(target, QuotaOf(pick, place), AmountsOf(pick, place), pick.Price(place), isPreferred, notBefore), readyAt));
                mayBeInTime |= ReadyAt(pick, place, WaitingRules.LikelyOf(ahead), now) <= deadline;
                isPreferredInTime |= isPreferred && readyAt <= deadline;
            }
        }

        if (!mayBeInTime || _world.Patience == TimeSpan.Zero)
        {
            return false;
        }

        var lastCall = isPreferredInTime ? WaitingRules.LastCallOf(deadline, _world.Patience) : now;
        _waiting.Add(
            pick, new(Priority, Key, deadline, lastCall > now ? lastCall : now), [.. choices.OrderBy(choice => choice.ReadyAt).Select(choice => choice.Choice)]);
        GiveTurns(now);
        return true;
    }

    /// <summary>Nothing is refused for its price alone.</summary>
    private void TryDear(SimulatedPick pick, TimeSpan now)
    {
        for (var place = 0; place < pick.Count; place++)
        {
            if (pick.IsTooDear(place) && MayPass(pick, place, isPreferred: false, now) && TryServe(pick, place, place, now))
            {
                return;
            }
        }
    }

    private void GiveTurns(TimeSpan now)
    {
        while (GiveTurnsOnce(now))
        {
        }
    }

    private bool GiveTurnsOnce(TimeSpan now)
    {
        var any = false;
        for (var quota = 0; quota < _world.QuotaCount; quota++)
        {
            while (_waiting.TryNext(quota, now, out var ticket, out var choice))
            {
                var place = ticket.Item.PlaceOf(ticket.Choices[choice].Target);
                if (TryServe(ticket.Item, place, place, now))
                {
                    _waiting.Remove(ticket, isServed: true);
                    any = true;
                    continue;
                }

                var readyAt = ReadyAt(ticket.Item, place, QuotaAmounts.Zero, now) ?? TimeSpan.MaxValue;
                _waiting.Refuse(ticket, choice, readyAt > now ? readyAt : now + TimeSpan.FromMilliseconds(1));
            }
        }

        return any;
    }

    /// <summary>Serves if there is room. Those before the place cannot; those behind it, up to the last one, could.</summary>
    private bool TryServe(SimulatedPick pick, int place, int last, TimeSpan now)
    {
        if (!_world.TryServe(pick.Request, pick.Target(place), now))
        {
            return false;
        }

        _credits.Charge(pick.UpTo(last), place);
        _credits.Owe(pick.UpTo(last), place);
        return true;
    }

    private bool MayPass(SimulatedPick pick, int place, bool isPreferred, TimeSpan now) =>
        _waiting.MayPass(QuotaOf(pick, place), Priority, Key, isPreferred, now);

    private QuotaAmounts AheadOf(SimulatedPick pick, int place, TimeSpan now) => pick.IsPreferred(place)
        ? _waiting.Ahead(QuotaOf(pick, place), Priority, Key)
        : _waiting.AheadOfSpare(QuotaOf(pick, place), Priority, pick.Price(place), now);

    private TimeSpan? ReadyAt(SimulatedPick pick, int place, QuotaAmounts ahead, TimeSpan now) =>
        _world.ReadyAt(QuotaOf(pick, place), AmountsOf(pick, place), AmountsOf(pick, place) + ahead, now);

    private QuotaAmounts AmountsOf(SimulatedPick pick, int place) => _world.AmountsOf(pick.Request, pick.Target(place));

    private int QuotaOf(SimulatedPick pick, int place) => _world.QuotaOf(pick.Target(place));
}
