using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Prices;

namespace ThotNet.Silo.Tokens;

/// <summary>
/// What part of their reservations requests use, learned by size from what was settled. Reservations are bounds, and of outputs often many times what is
/// written: who expects demand or compares prices by them takes tokens for scarcer than they are.
/// </summary>
/// <remarks>Safe for concurrent use: the lock owns all fields. Nothing is allocated after construction.</remarks>
internal sealed class UsedParts
{
    /// <summary>Fewer requests of a size say nothing by themselves: then all together count, and before there are as many of these the whole reservation.</summary>
    public const int LeastRequests = 5;

    // So many requests ago counts e times less.
    private const double Memory = 200;
    private const double LeastPart = 0.01;
    private const double MostPart = 2;

    private readonly Lock _gate = new();
    private readonly Sums[] _sizes = new Sums[DemandSize.Largest + 1];
    private Sums _all;

    /// <summary>A request was served.</summary>
    /// <param name="reserved">What it reserved.</param>
    /// <param name="used">What it used.</param>
    public void Learn(QuotaAmounts reserved, QuotaAmounts used)
    {
        lock (_gate)
        {
            _sizes[DemandSize.Of(reserved.Tokens)].Add(reserved, used);
            _all.Add(reserved, used);
        }
    }

    /// <summary>What a request is expected to use on a target where it reserves so much.</summary>
    public QuotaAmounts Expected(QuotaAmounts reserved, TargetDefinition target)
    {
        double inputPart, outputPart;
        lock (_gate)
        {
            ref var size = ref _sizes[DemandSize.Of(reserved.Tokens)];
            ref var sums = ref size.Requests < LeastRequests ? ref _all : ref size;
            if (sums.Requests < LeastRequests)
            {
                return reserved;
            }

            (inputPart, outputPart) = (PartOf(sums.UsedInput, sums.ReservedInput), PartOf(sums.UsedOutput, sums.ReservedOutput));
        }

        var (input, output) = ((long)Math.Round(reserved.InputTokens * inputPart), (long)Math.Round(reserved.OutputTokens * outputPart));
        return QuotaAmounts.OfRequest(input, output, target.CostOf(input, output));
    }

    private static double PartOf(double used, double reserved) => reserved > 0 ? Math.Clamp(used / reserved, LeastPart, MostPart) : 1;

    private struct Sums
    {
        private const double Fade = 1 - (1 / Memory);

        public int Requests;
        public double ReservedInput;
        public double ReservedOutput;
        public double UsedInput;
        public double UsedOutput;

        public void Add(QuotaAmounts reserved, QuotaAmounts used)
        {
            Requests = Math.Min(LeastRequests, Requests + 1);
            ReservedInput = (ReservedInput * Fade) + reserved.InputTokens;
            ReservedOutput = (ReservedOutput * Fade) + reserved.OutputTokens;
            UsedInput = (UsedInput * Fade) + used.InputTokens;
            UsedOutput = (UsedOutput * Fade) + used.OutputTokens;
        }
    }
}
