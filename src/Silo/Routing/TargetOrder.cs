using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Routing;

/// <summary>In what order the targets of a tier are considered: by the credit of their shares and by price.</summary>
internal sealed class TargetOrder(Catalog catalog, TargetShares shares, TargetDoor door, PromptScales scales)
{
    private readonly FrozenDictionary<string, int> _indexes =
        catalog.Targets.Select((target, index) => KeyValuePair.Create(target.Id, index)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Adds a tier's targets in the order in which they should be tried.</summary>
    public void Arrange(Pick pick, ImmutableArray<TargetDefinition> tier, bool mayBeTooDear)
    {
        var count = tier.Length;
        var targets = ArrayPool<int>.Shared.Rent(count);
        var numbers = ArrayPool<double>.Shared.Rent(2 * count);
        var prices = numbers.AsSpan(0, count);
        var standings = numbers.AsSpan(count, count);
        for (var index = 0; index < count; index++)
        {
            targets[index] = _indexes[tier[index].Id];
            prices[index] = pick.Advice.Table is null ? 0 : pick.Advice.PriceOf(tier[index], scales.Used.Expected(AmountsOf(pick, tier[index]), tier[index]));
        }

        shares.Order(targets.AsSpan(0, count), prices, standings);
        Add(pick, targets.AsSpan(0, count), prices, standings, mayBeTooDear ? DearestOf(pick, targets.AsSpan(0, count), prices) : double.PositiveInfinity);
        ArrayPool<int>.Shared.Return(targets);
        ArrayPool<double>.Shared.Return(numbers);
    }

    private void Add(Pick pick, Span<int> targets, Span<double> prices, Span<double> standings, double dearest)
    {
        var start = pick.Count;
        for (var index = 0; index < targets.Length; index++)
        {
            pick.Add(new()
            {
                Target = targets[index],
                Start = start,
                Amounts = AmountsOf(pick, catalog.Targets[targets[index]]),
                Price = prices[index],
                Credit = standings[index],
                IsSpare = prices[index] > dearest,
            });
        }
    }

    /// <summary>Above what price only spare room is taken: that of the cheapest healthy target, and what a whole wait for it costs.</summary>
    private double DearestOf(Pick pick, Span<int> targets, Span<double> prices)
    {
        var cheapest = double.PositiveInfinity;
        if (double.IsFinite(pick.Advice.WaitAbove))
        {
            for (var index = 0; index < targets.Length; index++)
            {
                var target = catalog.Targets[targets[index]];
                cheapest = prices[index] < cheapest && door.IsHealthy(pick, target) ? prices[index] : cheapest;
            }
        }

        return cheapest + pick.Advice.WaitAbove;
    }

    private QuotaAmounts AmountsOf(Pick pick, TargetDefinition target) => RequestAmounts.Reserved(pick.Request, target, scales.Of(target));
}
