using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Waiting;

namespace ThotNet.Routing.Tests.Waiting;

public sealed class WaitingRulesTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(0, 10, 64, 3)]
    [InlineData(-1, 10, 64, 3)]
    [InlineData(5, 10, 64, 35)]
    [InlineData(10, 10, 64, 67)]
    [InlineData(10.001, 10, 64, double.PositiveInfinity)]
    [InlineData(5, 10, 0, 3)]
    [InlineData(0, 10, double.PositiveInfinity, 3)]
    [InlineData(5, 10, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(0, 0, 64, 3)]
    [InlineData(0, 0, double.PositiveInfinity, 3)]
    [InlineData(0.001, 0, 64, double.PositiveInfinity)]
    public void CostOf_Wait_CostsItsPartOfThePatience(double wait, double patience, double waitAbove, double cost) =>
        Assert.Equal(cost, WaitingRules.CostOf(3, wait * Second, patience * Second, waitAbove), 1e-9);

    [Fact]
    public void LikelyOf_Ahead_IsAQuarterRoundedDown()
    {
        Assert.Equal(new QuotaAmounts(1, 25, 2, 0, 3, 1), WaitingRules.LikelyOf(new(7, 100, 11, 3, 12, 4)));
        Assert.Equal(QuotaAmounts.Zero, WaitingRules.LikelyOf(QuotaAmounts.Zero));
    }

    [Theory]
    [InlineData(60, 10, 59)]
    [InlineData(60, 30, 57)]
    [InlineData(60, 2.5, 59.75)]
    [InlineData(60, 1, 59.75)]
    [InlineData(60, 0, 59.75)]
    public void LastCallOf_Patience_IsATenthOfItButAtLeastAQuarterOfASecond(double deadline, double patience, double lastCall) =>
        Assert.Equal(lastCall * Second, WaitingRules.LastCallOf(deadline * Second, patience * Second));
}
