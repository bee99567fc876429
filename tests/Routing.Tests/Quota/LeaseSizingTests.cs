using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Tests.Quota;

public sealed class LeaseSizingTests
{
    [Theory]
    [InlineData(5, 1, 100, 1, 60, 5)]
    [InlineData(90, 1, 100, 1, 60, 50)]
    [InlineData(90, 1, 100, 5, 60, 10)]
    [InlineData(90, 30, 100, 5, 60, 30)]
    [InlineData(90, 1, 19, 1, 60, 9)]
    [InlineData(90, 1, 1000, 1, 3600, 10)]
    [InlineData(90, 25, 1000, 1, 3600, 25)]
    [InlineData(90, 1, 1000, 1, 3599, 90)]
    public void Of_AnyDemand_IsTheSmallestShareButNotBelowTheLeast(long wanted, long least, long remaining, int live, int window, long expected) =>
        Assert.Equal(
            expected,
            LeaseSizing.Of(wanted, least, remaining, new(BudgetMetric.Requests, 1000, TimeSpan.FromSeconds(window), BudgetKind.Rolling), live));
}
