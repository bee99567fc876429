using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Routing.Shares;

namespace ThotNet.Routing.Prices;

/// <summary>Makes prices from demand and budgets. For now nothing has a price. Not safe for concurrent use: the router's turns own it.</summary>
public sealed class Pricing(Catalog catalog)
{
    private readonly PriceTable _free = new(
        [.. catalog.Targets.Select(_ => QuotaPrices.None)], [.. RouteTableBuilder.SharesOf(catalog)], double.PositiveInfinity);

    /// <summary>What was learned; to be stored.</summary>
    public DayProfile Profile { get; private set; } = new();

    /// <summary>How many requests were asked for.</summary>
    public long Asked { get; private set; }

    /// <summary>Takes in what was asked for.</summary>
    public void Take(ImmutableArray<DemandReport> demand, DateTimeOffset now) => Asked += demand.Sum(report => report.Requests);

    /// <summary>The prices of this moment.</summary>
    public PriceTable Update(IReadOnlyDictionary<string, QuotaSnapshot> quotas, DateTimeOffset now) => _free;

    /// <summary>Goes on with what was learned before.</summary>
    public void Restore(DayProfile profile) => Profile = profile;
}
