using ThotNet.Planner.Simulation;

namespace ThotNet.Planner.Policies;

/// <summary>The largest share first, always: the ordinary list of fallbacks.</summary>
internal sealed class PriorityOrder(World world) : ITargetOrder
{
    private readonly int[] _order = [.. Enumerable.Range(0, world.Targets.Length).OrderByDescending(target => world.Targets[target].Share)];

    public void Fill(Span<int> targets, int request, TimeSpan now) => _order.CopyTo(targets);

    public void Served(int target, TimeSpan now)
    {
    }
}

/// <summary>Drawn by share, without putting back.</summary>
internal sealed class WeightedRandomOrder(World world, Random random) : ITargetOrder
{
    private readonly double[] _shares = [.. world.Targets.Select(target => target.Share)];

    public void Fill(Span<int> targets, int request, TimeSpan now)
    {
        Span<double> keys = stackalloc double[_shares.Length];
        for (var target = 0; target < targets.Length; target++)
        {
            targets[target] = target;

            // The smallest of exponential draws is each with the probability of its rate.
            keys[target] = -Math.Log(1 - random.NextDouble()) / _shares[target];
        }

        keys.Sort(targets);
    }

    public void Served(int target, TimeSpan now)
    {
    }
}

/// <summary>The one first of whose tightest budget the least part is used.</summary>
internal sealed class LeastUtilisedOrder(World world) : ITargetOrder
{
    public void Fill(Span<int> targets, int request, TimeSpan now)
    {
        Span<double> keys = stackalloc double[targets.Length];
        for (var target = 0; target < targets.Length; target++)
        {
            targets[target] = target;
            keys[target] = world.UsedShare(target, now);
        }

        keys.Sort(targets);
    }

    public void Served(int target, TimeSpan now)
    {
    }
}

/// <summary>
/// The fastest first, by a moving mean of what each answered in. The simulation knows no latencies, so it draws them: about 0.3 s for the second largest
/// share, as Groq's, 1 s for the others, log-normal, with a few tries at random to learn.
/// </summary>
internal sealed class LatencyOrder : ITargetOrder
{
    private const double Explore = 0.05;
    private const double Weight = 0.1;

    private readonly double[] _typical;
    private readonly double[] _known;
    private readonly Random _random;

    public LatencyOrder(World world, Random random)
    {
        _random = random;
        var second = world.Targets.Length < 2 ? 0 : Enumerable.Range(0, world.Targets.Length).OrderByDescending(target => world.Targets[target].Share).ElementAt(1);
        _typical = [.. Enumerable.Range(0, world.Targets.Length).Select(target => target == second ? 0.3 : 1.0)];
        _known = new double[_typical.Length];
    }

    public void Fill(Span<int> targets, int request, TimeSpan now)
    {
        Span<double> keys = stackalloc double[targets.Length];
        var explores = _random.NextDouble() < Explore;
        for (var target = 0; target < targets.Length; target++)
        {
            targets[target] = target;
            keys[target] = explores ? _random.NextDouble() : _known[target];
        }

        keys.Sort(targets);
    }

    public void Served(int target, TimeSpan now)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        var latency = _typical[target] * Math.Exp(0.3 * normal);
        _known[target] = _known[target] == 0 ? latency : (_known[target] * (1 - Weight)) + (latency * Weight);
    }
}
