using ThotNet.Grains.Abstractions.Quota;
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
        var choices = new List<WaitingChoice>(_order.Length);
        var deadline = now + _world.Patience;
        var cheapest = _costs.Min();
        var best = ReadyAtOf(request, Array.IndexOf(_costs, cheapest), now);
        for (var place = 0; place < _order.Length; place++)
        {
            var (target, quota) = (_order[place], _world.QuotaOf(_order[place]));
            var amounts = _world.AmountsOf(request, target);
            var isPreferred = _costs[place] <= cheapest + _table.WaitAbove;
            var isFree = _waiting.Ahead(quota, 0, Key) == QuotaAmounts.Zero;
            if (isFree && (isPreferred || best > deadline) && TryServe(request, place, now))
            {
                return;
            }

            if (_world.ReadyAt(quota, amounts, amounts, now) is { } readyAt)
            {
                choices.Add(new(target, quota, amounts, isPreferred, readyAt));
            }
        }

        if (MayWait(request, choices, deadline, now))
        {
            var terms = new WaitingTerms(0, Key, deadline, deadline - TimeSpan.FromTicks(Math.Max(_world.Patience.Ticks / 10, TimeSpan.TicksPerSecond / 4)));
            _waiting.Add(request, terms, choices.ToArray());
        }
    }

    public void Advance(TimeSpan now)
    {
        Report(now);
        for (var quota = 0; quota < _world.QuotaCount; quota++)
        {
            while (_waiting.TryNext(quota, now, out var ticket, out var choice))
            {
                var target = ticket.Choices[choice].Target;
                Order(ticket.Item);
                if (TryServe(ticket.Item, Array.IndexOf(_order, target), now))
                {
                    _waiting.Remove(ticket, isServed: true);
                    continue;
                }

                var amounts = _world.AmountsOf(ticket.Item, target);
                var readyAt = _world.ReadyAt(quota, amounts, amounts, now) ?? TimeSpan.MaxValue;
                _waiting.Refuse(ticket, choice, readyAt > now ? readyAt : now + TimeSpan.FromMilliseconds(1));
            }
        }

        foreach (var late in _waiting.Tickets.Where(ticket => ticket.Terms.Deadline <= now).ToList())
        {
            _waiting.Remove(late, isServed: false);
        }
    }

    public TimeSpan? NextAt(TimeSpan now) => _waiting.NextAt(now);

    private bool MayWait(int request, List<WaitingChoice> choices, TimeSpan deadline, TimeSpan now) =>
        _world.Patience > TimeSpan.Zero && choices.Exists(choice => ReadyAtOf(request, choice.Target, choice.Quota, now) <= deadline);

    private TimeSpan ReadyAtOf(int request, int place, TimeSpan now) => ReadyAtOf(request, _order[place], _world.QuotaOf(_order[place]), now);

    private TimeSpan ReadyAtOf(int request, int target, int quota, TimeSpan now)
    {
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
