using System.Numerics;
using ThotNet.Grains.Abstractions.Routing;

namespace ThotNet.Routing.Prices;

/// <summary>The sizes by which demand is told apart; see <see cref="DemandReport.Size"/>.</summary>
public static class DemandSize
{
    /// <summary>The largest one: 63.</summary>
    public const int Largest = 63;

    /// <summary><c>floor(2 log2(tokens))</c>, 0 to <see cref="Largest"/>; exact, and 0 below 2 tokens.</summary>
    public static int Of(long tokens)
    {
        if (tokens < 2)
        {
            return 0;
        }

        var log = BitOperations.Log2((ulong)tokens);
        var isUpperHalf = Math.BigMul((ulong)tokens, (ulong)tokens) >> ((2 * log) + 1) != UInt128.Zero;
        return Math.Min(Largest, (2 * log) + (isUpperHalf ? 1 : 0));
    }
}
