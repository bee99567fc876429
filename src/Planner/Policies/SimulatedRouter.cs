using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Planner.Simulation;
using ThotNet.Routing.Prices;
using ThotNet.Silo.Routing;

namespace ThotNet.Planner.Policies;

/// <summary>What a silo tells the router and gets back, at the same pace as in a cluster: what comes in a second has its effect on prices behind it.</summary>
internal sealed class SimulatedRouter
{
    // A trace may have days without a request; prices that were not asked for are found anew in this time.
    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromMinutes(1);

    private readonly World _world;
    private readonly Pricing _pricing;
    private readonly List<DemandReport> _demand = [];
    private readonly ulong _all;
    private TimeSpan _next = RouteReporter.Period;

    public SimulatedRouter(World world)
    {
        _world = world;
        _pricing = new(world.Catalog);
        _all = world.Targets.Length >= 64 ? ulong.MaxValue : (1UL << world.Targets.Length) - 1;
        Table = _pricing.Update(world.Snapshots(TimeSpan.Zero), world.At(TimeSpan.Zero));
    }

    /// <summary>The newest prices.</summary>
    public PriceTable Table { get; private set; }

    /// <summary>Somebody asks.</summary>
    public void Count(int request)
    {
        var entry = _world.Requests[request];
        var size = DemandSize.Of((long)entry.ContextTokens + entry.GeneratedTokens);
        _demand.Add(new(_all, (byte)size, 1, entry.ContextTokens, entry.GeneratedTokens));
    }

    /// <summary>Reports that are due, each as of its own time.</summary>
    public void Advance(TimeSpan now)
    {
        var first = now - LongestCatchUp;
        for (_next = _next > first ? _next : first; _next <= now; _next += RouteReporter.Period)
        {
            Report(_next);
        }
    }

    private void Report(TimeSpan now)
    {
        if (_demand.Count > 0)
        {
            _pricing.Take([.. _demand], _world.At(now));
            _demand.Clear();
        }

        Table = _pricing.Update(_world.Snapshots(now), _world.At(now));
    }
}
