using CsCheck;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Routing.Prices;
using static ThotNet.Routing.Tests.Prices.PricingBench;

namespace ThotNet.Routing.Tests.Prices;

public sealed class PricingTests
{
    private const long Huge = 1_000_000_000_000;

    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    [Fact]
    public void Update_FewerThanTenRequests_HasNoPricesAndTheConfiguredShares()
    {
        var bench = new PricingBench([70, 20, 10], [[Calendar(BudgetMetric.Tokens, 10_000_000)], [], []]);
        var none = bench.Table;
        AssertNone(none);

        bench.Pricing.Take([Kind(9, 5000)], Midnight);
        Assert.Same(none, bench.Table);

        bench.Pricing.Take([Kind(1, 5000)], Midnight);
        Assert.NotSame(none, bench.Table);

        static void AssertNone(PriceTable table)
        {
            Assert.All(table.Prices, prices => Assert.Equal(QuotaPrices.None, prices));
            Assert.Equal([0.7, 0.2, 0.1], table.EffectiveShares.Select(share => Math.Round(share, 9)));
            Assert.Equal(double.PositiveInfinity, table.WaitAbove);
        }
    }

    [Fact]
    public void Update_HugeBudgets_CostNothingAndKeepTheShares()
    {
        var bench = new PricingBench(
            [70, 20, 10], [[Calendar(BudgetMetric.Tokens, Huge)], [Calendar(BudgetMetric.Requests, Huge)], [Calendar(BudgetMetric.Cost, Huge)]]);

        var table = bench.Run(TenMinutes, Kind(5, 400, 100), Kind(5, 3000, 500));

        Assert.All(table.Prices, prices => Assert.Equal(QuotaPrices.None, prices));
        Assert.Equal(double.PositiveInfinity, table.WaitAbove);
        Assert.Equal(0.7, table.EffectiveShares[0], 0.03);
        Assert.Equal(0.2, table.EffectiveShares[1], 0.03);
    }

    [Fact]
    public void Update_ScarceTokensBesideUnlimitedRequests_AreDearAndGoToTheSmall()
    {
        var bench = new PricingBench([Calendar(BudgetMetric.Tokens, 1_000_000)], [Calendar(BudgetMetric.Requests, Huge)]);

        var table = bench.Run(TenMinutes, Kind(5, 100), Kind(5, 2000));

        Assert.Equal(table.Prices[0] with { PerToken = 0 }, QuotaPrices.None);
        Assert.InRange(table.Prices[0].PerToken, 1e-9, 1);
        Assert.Equal(QuotaPrices.None, table.Prices[1]);
        Assert.True(table.Prices[0].Of(QuotaAmounts.OfRequest(100, 0)) < table.Prices[0].Of(QuotaAmounts.OfRequest(2000, 0)));
        Assert.Equal(double.PositiveInfinity, table.WaitAbove);
        Assert.InRange(table.EffectiveShares[0], 0.01, 0.5);
    }

    [Fact]
    public void Update_LargeAgain_CostNothingAgain()
    {
        var bench = new PricingBench([Calendar(BudgetMetric.Tokens, Huge)], [Calendar(BudgetMetric.Requests, Huge)]);
        bench.Restore(0, _ => 1_000_000);
        Assert.True(bench.Run(TenMinutes, Kind(10, 500)).Prices[0].PerToken > 0);

        bench.Restore(0);

        Assert.Equal(QuotaPrices.None, bench.Run(TenMinutes, Kind(10, 500)).Prices[0]);
    }

    [Fact]
    public void Update_Overload_SaysHowLongToWaitAndLeavesNoTargetOut()
    {
        var bench = new PricingBench([Calendar(BudgetMetric.Tokens, 10_000_000)], [Calendar(BudgetMetric.Tokens, 20_000_000)], [Calendar(BudgetMetric.Requests, 5_000)]);

        var table = bench.Run(TenMinutes, Kind(2, 100), Kind(3, 400), Kind(2, 600), Kind(3, 2000));

        Assert.True(double.IsFinite(table.WaitAbove));
        Assert.InRange(table.WaitAbove, PriceSolver.PriceOfOverload / 2, PriceSolver.PriceOfOverload * 1.5);
        Assert.All(Enumerable.Range(0, 3), target => Assert.InRange(table.EffectiveShares[target], 0.01, 0.9));
    }

    [Fact]
    public void Update_BudgetSpentWhileOthersAreScarce_CostsMoreThanTheOthers()
    {
        var bench = new PricingBench([Calendar(BudgetMetric.Tokens, 200_000)], [Calendar(BudgetMetric.Requests, 14_400)]);
        bench.Restore(0, _ => 0);

        var table = bench.Run(TenMinutes, Kind(2, 400), Kind(2, 2000));

        Assert.True(table.Prices[0].Of(QuotaAmounts.OfRequest(400, 0)) > table.Prices[1].PerRequest);
        Assert.InRange(table.EffectiveShares[1], 0.97, 1);
    }

    [Fact]
    public void Update_ScarceBudgetWithTheLargestShareBesideSlackOnes_IsDearFromTheFirstTable()
    {
        var bench = new PricingBench(
            [5, 20, 70], [[Calendar(BudgetMetric.Tokens, 1_000_000)], [Calendar(BudgetMetric.Requests, 14_400)], [Calendar(BudgetMetric.Tokens, 200_000)]]);

        // About 7,000 requests are expected: the budget of requests alone could serve them all.
        bench.Run(TimeSpan.FromMinutes(4));
        bench.Pricing.Take([Kind(3, 110), Kind(3, 480), Kind(4, 1500), Kind(2, 3000)], bench.Now);

        Assert.InRange(bench.Table.Prices[2].PerToken, 1e-4, 1);
        Assert.Equal(double.PositiveInfinity, bench.Table.WaitAbove);
        Assert.InRange(bench.Table.EffectiveShares[1], 0.4, 0.95);
    }

    [Fact]
    public void Update_QuotaMissing_CostsNothing()
    {
        var bench = new PricingBench([Calendar(BudgetMetric.Tokens, 1000)], [Calendar(BudgetMetric.Tokens, 1000)]);
        bench.Forget(0);

        var table = bench.Run(TenMinutes, Kind(10, 500));

        Assert.Equal(QuotaPrices.None, table.Prices[0]);
    }

    [Fact]
    public void Update_NoQuotaAtAll_HasNoPrices()
    {
        var bench = new PricingBench([70, 30], [[], []]);
        bench.Forget(0);
        bench.Forget(1);

        var table = bench.Run(TenMinutes, Kind(10, 500));

        Assert.All(table.Prices, prices => Assert.Equal(QuotaPrices.None, prices));
        Assert.Equal(double.PositiveInfinity, table.WaitAbove);
    }

    [Fact]
    public void Update_BudgetsUnderAnHour_AreNeverPriced()
    {
        var minutes = TimeSpan.FromMinutes(59);
        var bench = new PricingBench(
            [Rolling(BudgetMetric.Tokens, 1, minutes), Rolling(BudgetMetric.Requests, 1, TimeSpan.FromMinutes(1))],
            [Rolling(BudgetMetric.Tokens, 200_000, TimeSpan.FromHours(1))]);
        bench.Restore(0, _ => 0);

        var table = bench.Run(TenMinutes, Kind(10, 500));

        Assert.Equal(QuotaPrices.None, table.Prices[0]);
        Assert.True(table.Prices[1].PerToken > 0);
    }

    [Fact]
    public void Update_ConcurrentRequests_AreNeverPriced()
    {
        var bench = new PricingBench([Rolling(BudgetMetric.ConcurrentRequests, 1, TimeSpan.FromHours(2))], []);

        Assert.Equal(QuotaPrices.None, bench.Run(TenMinutes, Kind(10, 500)).Prices[0]);
    }

    [Theory]
    [InlineData(BudgetMetric.Requests, 0)]
    [InlineData(BudgetMetric.Tokens, 1)]
    [InlineData(BudgetMetric.InputTokens, 2)]
    [InlineData(BudgetMetric.OutputTokens, 3)]
    [InlineData(BudgetMetric.Cost, 4)]
    public void Update_ScarceMetric_IsPricedInItself(BudgetMetric metric, int place)
    {
        var bench = new PricingBench([Calendar(metric, metric == BudgetMetric.Requests ? 20_000 : 10_000_000)], [Calendar(BudgetMetric.Requests, Huge)]);

        var prices = All(bench.Run(TenMinutes, Kind(5, 300, 100), Kind(5, 1000, 200)).Prices[0]);

        Assert.True(prices[place] > 0);
        prices[place] = 0;
        Assert.Equal([0, 0, 0, 0, 0], prices);
    }

    [Fact]
    public void Update_KindThatOnlyOneTargetServes_LeavesItForThat()
    {
        // The first target can just serve those that nobody else serves; all others go to the second.
        var bench = new PricingBench([Calendar(BudgetMetric.Requests, 150_000)], [Calendar(BudgetMetric.Requests, Huge)]);

        var table = bench.Run(TenMinutes, Kind(5, 500, targets: 1), Kind(5, 500, targets: 3));

        Assert.True(table.Prices[0].PerRequest > 0);
        Assert.Equal(QuotaPrices.None, table.Prices[1]);
        Assert.InRange(table.EffectiveShares[0], 0.5, 0.6);
    }

    [Fact]
    public void Update_KindThatNobodyServes_IsNotCounted()
    {
        var bench = new PricingBench([Calendar(BudgetMetric.Requests, Huge)], [Calendar(BudgetMetric.Requests, Huge)]);

        var table = bench.Run(TenMinutes, Kind(5, 500, targets: 0), Kind(5, 500, targets: 3));

        Assert.Equal(1, table.EffectiveShares.Sum(), 1e-9);
        Assert.All(table.Prices, prices => Assert.Equal(QuotaPrices.None, prices));
    }

    [Fact]
    public void Update_TargetsThatAreNotConfigured_AreNotCounted()
    {
        // As a silo reports them whose configuration is newer.
        var bench = new PricingBench([Calendar(BudgetMetric.Requests, Huge)], [Calendar(BudgetMetric.Requests, Huge)]);

        var table = bench.Run(TenMinutes, Kind(5, 500, targets: 7), Kind(5, 500, targets: 1UL << 63), Kind(5, 500, targets: 4));

        Assert.Equal(1, table.EffectiveShares.Sum(), 1e-9);
        Assert.Equal(0.5, table.EffectiveShares[0], 0.03);
    }

    [Fact]
    public void Update_MoreThanSixtyFourTargets_PricesThoseThatAreNamed()
    {
        var budgets = Enumerable.Range(0, 70).Select(_ => new[] { Calendar(BudgetMetric.Tokens, 100_000) }).ToArray();
        var bench = new PricingBench(budgets);

        var table = bench.Run(TimeSpan.FromMinutes(1), Kind(10, 500));

        Assert.Equal((70, 70), (table.Prices.Length, table.EffectiveShares.Length));
        Assert.Equal(1, table.EffectiveShares.Sum(), 1e-9);
        Assert.All(table.Prices.Take(64), prices => Assert.True(prices.PerToken > 0));
        Assert.All(table.EffectiveShares.Skip(64), share => Assert.Equal(0, share));
    }

    [Fact]
    public void Update_WithinFiveSeconds_IsTheSameTable()
    {
        var bench = new PricingBench([Calendar(BudgetMetric.Tokens, 1000)]);
        var table = bench.Run(TimeSpan.FromSeconds(5), Kind(10, 500));

        Assert.Same(table, bench.Table);
        Assert.NotSame(table, bench.Run(Pricing.Period, Kind(10, 500)));
    }

    [Fact]
    public void Update_AnyDemandAndBudgets_IsFiniteAndNotNegative()
    {
        var budgets =
            from metric in Gen.Enum<BudgetMetric>()
            from kind in Gen.Enum<BudgetKind>()
            from hours in Gen.OneOf(0.5, 1, 24)
            from digits in Gen.Double[0, 12]
            select new BudgetDefinition(metric, (long)Math.Pow(10, digits), TimeSpan.FromHours(hours), kind);
        var demand =
            from targets in Gen.OneOf(Gen.ULong[0, 15], Gen.ULong)
            from requests in Gen.Long[1, 100]
            from input in Gen.OneOf(Gen.Long[0, 10], Gen.Long[0, 10_000_000])
            from output in Gen.OneOf(Gen.Long[0, 10], Gen.Long[0, 1_000_000])
            select Kind(requests, input, output, targets);
        Gen.Select(budgets.Array[0, 3].Array[1, 4], demand.Array[0, 6], Gen.Double[0, 1], Gen.Int[0, 20]).MustHold(
            (definitions, kinds, left, steps) =>
            {
                var bench = new PricingBench(definitions);
                bench.Restore(0, budget => (long)(budget.Amount * left));
                for (var step = 0; step < steps; step++)
                {
                    AssertSane(bench.Run(Pricing.Period, [.. kinds.Skip(step % 3)]));
                }
            },
            iter: 150);
    }

    private static void AssertSane(PriceTable table)
    {
        Assert.All(table.Prices.SelectMany(All), price => Assert.InRange(price, 0, double.MaxValue));
        Assert.All(table.EffectiveShares, share => Assert.InRange(share, 0, 1));
        Assert.Equal(1, table.EffectiveShares.Sum(), 1e-6);
        Assert.True(table.WaitAbove > 0);
    }

    private static double[] All(QuotaPrices prices) => [prices.PerRequest, prices.PerToken, prices.PerInputToken, prices.PerOutputToken, prices.PerCost];
}
