using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Grains.Abstractions.Routing;

/// <summary>
/// What it costs to spend a quota, as advice for picking a target: 0 while its budgets are slack. The unit is the worth of a share: at 1 it is as bad to spend
/// as to send the request to a target that has had more than its share.
/// </summary>
/// <param name="PerRequest">Of one request; at least 0, as all others.</param>
/// <param name="PerToken">Of one token of prompt or output.</param>
/// <param name="PerInputToken">Of one token of a prompt, on top.</param>
/// <param name="PerOutputToken">Of one token of an output, on top.</param>
/// <param name="PerCost">Of a millionth of a US dollar.</param>
[GenerateSerializer, Immutable, Alias("thotnet.QuotaPrices")]
public readonly record struct QuotaPrices(double PerRequest, double PerToken, double PerInputToken, double PerOutputToken, double PerCost)
{
    /// <summary>Nothing is scarce.</summary>
    public static QuotaPrices None => default;

    /// <summary>The price of spending these amounts.</summary>
    public double Of(QuotaAmounts amounts) =>
        (PerRequest * amounts.Requests) + (PerToken * amounts.Tokens) + (PerInputToken * amounts.InputTokens)
        + (PerOutputToken * amounts.OutputTokens) + (PerCost * amounts.Cost);
}
