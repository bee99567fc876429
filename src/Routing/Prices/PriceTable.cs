using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Routing;

namespace ThotNet.Routing.Prices;

/// <summary>What follows for routing from the demand that is expected and from what is left.</summary>
/// <param name="Prices">The prices of each target's quota, in the order of configuration.</param>
/// <param name="EffectiveShares">The part of the expected requests that each target is to serve; they sum to 1.</param>
/// <param name="WaitAbove">See <see cref="RouteTable.WaitAbove"/>.</param>
public sealed record PriceTable(ImmutableArray<QuotaPrices> Prices, ImmutableArray<double> EffectiveShares, double WaitAbove);
