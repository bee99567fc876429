using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Waiting;

/// <summary>When it is worth waiting, and for what. The same rules hold in a silo and in the planner.</summary>
public static class WaitingRules
{
    /// <summary>Of those who wait before somebody new one in four is expected to take its place there: others leave, or are served elsewhere.</summary>
    public const int Crowding = 4;

    /// <summary>
    /// How long before its deadline a request takes any target: a tenth of its patience. Of the default that is the second in which the authority of a
    /// quota is asked once, so that the call can still end with a lease.
    /// </summary>
    private const double LastCallPart = 0.1;

    private static readonly TimeSpan ShortestLastCall = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// What a target costs somebody who waits for it: its price, and for the wait what a whole patience costs. A target with headroom is taken if its
    /// price is not above that of any other.
    /// </summary>
    /// <param name="price">The target's price.</param>
    /// <param name="wait">How long until it is expected to serve; zero for now.</param>
    /// <param name="patience">How long the request may wait.</param>
    /// <param name="waitAbove">See <see cref="Grains.Abstractions.Routing.RouteTable.WaitAbove"/>.</param>
    /// <returns>Infinite for a target that cannot serve in time.</returns>
    public static double CostOf(double price, TimeSpan wait, TimeSpan patience, double waitAbove) =>
        wait <= TimeSpan.Zero ? price : wait > patience ? double.PositiveInfinity : price + (wait / patience * waitAbove);

    /// <summary>What those before somebody new are likely to take.</summary>
    public static QuotaAmounts LikelyOf(QuotaAmounts ahead) => new(
        ahead.Requests / Crowding,
        ahead.Tokens / Crowding,
        ahead.InputTokens / Crowding,
        ahead.OutputTokens / Crowding,
        ahead.Cost / Crowding,
        ahead.Concurrent / Crowding);

    /// <summary>From when on a request takes any target.</summary>
    public static TimeSpan LastCallOf(TimeSpan deadline, TimeSpan patience)
    {
        var lead = patience * LastCallPart;
        return deadline - (lead > ShortestLastCall ? lead : ShortestLastCall);
    }
}
