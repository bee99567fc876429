using ThotNet.Routing.Health;

namespace ThotNet.Routing.Tests.Health;

public sealed class LatencyWatchTests
{
    private readonly LatencyWatch _watch = new();
    private DateTimeOffset _now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0.5, 1.9, false)]
    [InlineData(0.5, 2.1, true)]
    [InlineData(1.0, 2.9, false)]
    [InlineData(1.0, 3.1, true)]
    public void See_SuddenlySlower_IsDegradedAboveBothLimits(double usual, double current, bool degraded)
    {
        See(usual, seconds: 60);
        See(current, seconds: 1);
        Assert.Equal(degraded, _watch.IsDegraded);
    }

    [Theory]
    [InlineData(2.2, true)]
    [InlineData(1.9, false)]
    [InlineData(1.4, false)]
    public void See_AlmostAsBefore_IsWellAgainOnlyBelowTheLowerLimits(double current, bool degraded)
    {
        See(1, seconds: 60);
        See(10, seconds: 1);
        Assert.True(_watch.IsDegraded);
        See(current, seconds: 1);
        Assert.Equal(degraded, _watch.IsDegraded);
    }

    [Fact]
    public void See_SlowForAQuarterOfAnHour_IsUsual()
    {
        See(1, seconds: 60);
        See(10, seconds: 60);
        Assert.True(_watch.IsDegraded);
        See(10, seconds: 900);
        Assert.False(_watch.IsDegraded);
    }

    [Fact]
    public void See_NotMeasuredAnyMore_IsNotDegraded()
    {
        See(1, seconds: 60);
        See(10, seconds: 1);
        _watch.See(null, _now);
        Assert.False(_watch.IsDegraded);
        See(10, seconds: 1);
        Assert.True(_watch.IsDegraded);
    }

    private void See(double latency, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _now = _now.AddSeconds(1);
            _watch.See(TimeSpan.FromSeconds(latency), _now);
        }
    }
}
