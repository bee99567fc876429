using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Planner.Simulation;
using ThotNet.Routing.Prices;
using ThotNet.Routing.Shares;
using ThotNet.Routing.Waiting;

namespace ThotNet.Planner.Policies;

/// <summary>ThotNet's own policy, of the same parts as in a silo and its router: credits, prices, the list of those who wait.</summary>
internal sealed class ThotNetDispatcher : IDispatcher
{
    private const string Key = "trace";

    private readonly World _world;
    private readonly ShareCredits _credits;
    private readonly Pricing _pricing;
    private readonly WaitingList<int> _waiting = new();
    private readonly int[] _order;
    private readonly double[] _costs;
    private readonly List<DemandReport> _demand = [];
    private readonly ulong _all;
    private PriceTable _table;
    private TimeSpan _nextReport = TimeSpan.Zero;

    public ThotNetDispatcher(World world)
    {
        _world = world;
        _credits = new([.. world.Targets.Select(target => target.Share)]);
        _pricing = new(world.Catalog);
        (_order, _costs) = (new int[world.Targets.Length], new double[world.Targets.Length]);
        _all = world.Targets.Length >= 64 ? ulong.MaxValue : (1UL << world.Targets.Length) - 1;
        _table = _pricing.Update(world.Snapshots(TimeSpan.Zero), world.At(TimeSpan.Zero));
    }

    public void Arrive(int request, TimeSpan now)
    {
        Count(request);
        Order(request);
        var deadline = now + _world.Patience;
        var choices = new List<WaitingChoice>(_order.Length);
        var (acceptable, isHopeless, mayBeInTime) = (Acceptable(request, now), true, false);
        for (var place = 0; place < _order.Length; place++)
        {
            isHopeless &= _costs[place] > acceptable || ReadyAtOf(request, place, now) > deadline;
        }

        for (var place = 0; place < _order.Length; place++)
        {
            var (target, quota, isPreferred) = (_order[place], _world.QuotaOf(_order[place]), _costs[place] <= acceptable);
            if ((isPreferred || isHopeless) && _waiting.MayPass(quota, 0, Key, isPreferred, now) && TryServe(request, place, now))
            {
                return;
            }

            var amounts = _world.AmountsOf(request, target);
            if (_world.ReadyAt(quota, amounts, amounts, now) is { } readyAt)
            {
                choices.Add(new(target, quota, amounts, _costs[place], isPreferred, readyAt));
                var ahead = isPreferred ? _waiting.Ahead(quota, 0, Key) : _waiting.AheadOfSpare(quota, 0, _costs[place], now);
                mayBeInTime |= _world.ReadyAt(quota, amounts, amounts + WaitingRules.LikelyOf(ahead), now) <= deadline;
            }
        }

        if (mayBeInTime && _world.Patience > TimeSpan.Zero)
        {
            choices.Sort((left, right) => left.NotBefore.CompareTo(right.NotBefore));
            _waiting.Add(request, new(0, Key, deadline, isHopeless ? now : WaitingRules.LastCallOf(deadline, _world.Patience)), choices.ToArray());
        }
    }

    public void Advance(TimeSpan now)
    {
        Report(now);
        while (GiveTurns(now))
        {
        }

        foreach (var late in _waiting.Tickets.Where(ticket => ticket.Terms.Deadline <= now).ToList())
        {
            _waiting.Remove(late, isServed: false);
        }
    }

    public TimeSpan? NextAt(TimeSpan now) => _waiting.NextAt(now);

    private bool GiveTurns(TimeSpan now)
    {
        var any = false;
        for (var quota = 0; quota < _world.QuotaCount; quota++)
        {
            while (_waiting.TryNext(quota, now, out var ticket, out var choice))
            {
                var target = ticket.Choices[choice].Target;
                Order(ticket.Item);
                if (TryServe(ticket.Item, Array.IndexOf(_order, target), now))
                {
                    _waiting.Remove(ticket, isServed: true);
                    any = true;
                    continue;
                }

                var amounts = _world.AmountsOf(ticket.Item, target);
                var readyAt = _world.ReadyAt(quota, amounts, amounts, now) ?? TimeSpan.MaxValue;
                _waiting.Refuse(ticket, choice, readyAt > now ? readyAt : now + TimeSpan.FromMilliseconds(1));
            }
        }

        return any;
    }

    private double Acceptable(int request, TimeSpan now)
    {
        var acceptable = _costs.Min() + _table.WaitAbove;
        for (var place = 0; place < _order.Length; place++)
        {
            var wait = ReadyAtOf(request, place, now) - now;
            if (wait > TimeSpan.Zero)
            {
                acceptable = Math.Min(acceptable, WaitingRules.CostOf(_costs[place], wait, _world.Patience, _table.WaitAbove));
            }
        }

        return acceptable;
    }

    private TimeSpan ReadyAtOf(int request, int place, TimeSpan now)
    {
        var (target, quota) = (_order[place], _world.QuotaOf(_order[place]));
        var amounts = _world.AmountsOf(request, target);
        return _world.ReadyAt(quota, amounts, amounts + _waiting.Ahead(quota, 0, Key), now) ?? TimeSpan.MaxValue;
    }

    private bool TryServe(int request, int place, TimeSpan now)
    {
        if (!_world.TryServe(request, _order[place], now))
        {
            return false;
        }

        _credits.Charge(_order, place);
        _credits.Owe(_order, place);
        return true;
    }

    private void Order(int request)
    {
        for (var target = 0; target < _order.Length; target++)
        {
            _order[target] = target;
            _costs[target] = _table.Prices[target].Of(_world.AmountsOf(request, target));
        }

        _credits.Order(_order, _costs);
    }

    private void Count(int request)
    {
        var entry = _world.Requests[request];
        var tokens = (ulong)(entry.ContextTokens + entry.GeneratedTokens);
        var size = tokens < 2 ? 0 : (int)Math.Floor(2 * Math.Log2(tokens));
        _demand.Add(new(_all, (byte)Math.Min(63, size), 1, entry.ContextTokens, entry.GeneratedTokens));
    }

    private void Report(TimeSpan now)
    {
        if (now < _nextReport)
        {
            return;
        }

        _nextReport = now + Pricing.Period;
        _pricing.Take([.. _demand], _world.At(now));
        _demand.Clear();
        _table = _pricing.Update(_world.Snapshots(now), _world.At(now));
    }
}
