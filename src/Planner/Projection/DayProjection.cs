using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Traces;
using ThotNet.Routing;

namespace ThotNet.Planner.Projection;

/// <summary>
/// Projects a day like all others: equal requests, in a steady stream that follows the curve of the day. Each provider is offered its share, minute by minute
/// over two days, of which the second is told: what was spent the day before then counts where it does.
/// </summary>
/// <remarks>Days begin at midnight of each budget's own zone. Real requests come in bursts, so limits of a minute may turn away more than this says.</remarks>
public static class DayProjection
{
    private const int MinutesOfDay = 24 * 60;

    // Far less than a request, far more than what sums of a day round.
    private const double Negligible = 1e-6;

    /// <summary>Projects it.</summary>
    public static ProjectionResult Project(Catalog catalog, ProjectionInput input)
    {
        var browser = (long)Math.Round(input.Requests * input.BrowserPart);
        var streams = MakeStreams(catalog, input, input.Requests - browser);
        RunDays(streams, input.Curve, moves: false);
        var moving = MakeStreams(catalog, input, input.Requests - browser);
        RunDays(moving, input.Curve, moves: true);
        return new(input, [.. streams.Select(stream => stream.ToResult(input.Requests))], browser, WholeOf(moving.Sum(stream => stream.Served)));
    }

    private static ImmutableArray<Stream> MakeStreams(Catalog catalog, ProjectionInput input, long requests)
    {
        var shares = catalog.Targets.Sum(target => target.Share);
        var streams = ImmutableArray.CreateBuilder<Stream>();
        var (before, sum) = (0L, 0.0);
        foreach (var target in catalog.Targets)
        {
            // Whole requests whose sum is right: each provider ends where the next begins.
            var end = (long)Math.Round(requests * (sum += target.Share) / shares);
            streams.Add(new(target.Provider, end - before, MakeMeters(catalog, target, input)));
            before = end;
        }

        return streams.ToImmutable();
    }

    private static ImmutableArray<BudgetMeter> MakeMeters(Catalog catalog, TargetDefinition target, ProjectionInput input)
    {
        var prompt = input.TokensPerRequest - input.OutputTokens;
        var use = QuotaAmounts.OfRequest(prompt, input.OutputTokens, target.CostOf(prompt, input.OutputTokens));
        return
        [
            .. from budget in catalog.Quotas.Find(target.QuotaKey)?.Budgets ?? []
               where budget.Metric != BudgetMetric.ConcurrentRequests && use.Of(budget.Metric) > 0
               select new BudgetMeter(budget, use.Of(budget.Metric)),
        ];
    }

    private static void RunDays(ImmutableArray<Stream> streams, TraceCurve curve, bool moves)
    {
        for (var minute = 0; minute < 2 * MinutesOfDay; minute++)
        {
            var ofDay = minute % MinutesOfDay;
            var part = DayCurve.PartBefore(TimeSpan.FromMinutes(ofDay + 1), curve) - DayCurve.PartBefore(TimeSpan.FromMinutes(ofDay), curve);
            if (ofDay == 0) foreach (var stream in streams) stream.BeginDay();
            var left = 0.0;
            foreach (var stream in streams) left += stream.Offer(minute, stream.Demand * part);
            if (moves) foreach (var stream in streams) left -= stream.Take(minute, left);
            foreach (var stream in streams) stream.EndMinute();
        }
    }

    private static long WholeOf(double requests) => (long)Math.Floor(requests + Negligible);

    /// <summary>The requests for one provider.</summary>
    private sealed class Stream(string provider, long demand, ImmutableArray<BudgetMeter> meters)
    {
        private readonly double[] _turnedAway = new double[meters.Length];
        private double _taken;
        private readonly TimeSpan?[] _runsOutAt = new TimeSpan?[meters.Length];

        public long Demand => demand;

        public double Served { get; private set; }

        public void BeginDay()
        {
            Array.Clear(_turnedAway);
            Array.Clear(_runsOutAt);
            Served = 0;
        }

        /// <summary>Offers requests and returns how many do not fit.</summary>
        public double Offer(int minute, double requests)
        {
            var left = requests - Take(minute, requests);
            if (left <= Negligible / MinutesOfDay) return 0;
            var tightest = TightestIn(minute);
            _turnedAway[tightest] += left;
            _runsOutAt[tightest] ??= TimeSpan.FromMinutes(minute % MinutesOfDay);
            return left;
        }

        /// <summary>Serves what fits of some requests and returns how many.</summary>
        public double Take(int minute, double requests)
        {
            var fits = Math.Min(requests, meters.IsEmpty ? requests : Math.Max(0, meters[TightestIn(minute)].RoomIn(minute) - _taken));
            _taken += fits;
            return fits;
        }

        public void EndMinute()
        {
            foreach (var meter in meters) meter.Spend(_taken);
            Served += _taken;
            _taken = 0;
        }

        public ProviderProjection ToResult(long all)
        {
            var fits = Math.Min(demand, WholeOf(Served));
            if (meters.IsEmpty) return new(provider, ShareOf(all), demand, null, null, fits, null);
            var first = meters.MinBy(meter => meter.PerDay)!;
            var worst = Array.IndexOf(_turnedAway, _turnedAway.Max());
            var (limit, at) = fits < demand ? (meters[worst], _runsOutAt[worst]) : (first, null);
            return new(provider, ShareOf(all), demand, WholeOf(first.PerDay), limit.Budget, fits, at);
        }

        private double ShareOf(long all) => all == 0 ? 0 : (double)demand / all;

        private int TightestIn(int minute)
        {
            var tightest = 0;
            for (var index = 1; index < meters.Length; index++)
            {
                if (meters[index].RoomIn(minute) < meters[tightest].RoomIn(minute)) tightest = index;
            }

            return tightest;
        }
    }
}
