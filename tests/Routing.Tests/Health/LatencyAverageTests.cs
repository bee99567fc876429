using ThotNet.Routing.Health;

namespace ThotNet.Routing.Tests.Health;

public sealed class LatencyAverageTests
{
    private readonly LatencyAverage _average = new();
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void At_TooFewAttempts_IsUnknown()
    {
        Assert.Null(_average.At(_now));
        Add(1, 2);
        Assert.Null(_average.At(_now));
        Add(3);
        Assert.Equal(TimeSpan.FromSeconds(2), _average.At(_now));
    }

    [Fact]
    public void Add_OneSlowAttemptAmongMany_WeighsATenth()
    {
        Add([.. Enumerable.Repeat(0.5, 50)]);
        Add(10.5);
        Assert.Equal(TimeSpan.FromSeconds(1.5), _average.At(_now));
    }

    [Fact]
    public void At_MinuteWithoutAttempts_IsForgotten()
    {
        Add(9, 9, 9, 9);
        _now += LatencyAverage.Memory;
        Assert.Equal(TimeSpan.FromSeconds(9), _average.At(_now));
        _now += TimeSpan.FromTicks(1);
        Assert.Null(_average.At(_now));
        Add(1, 1, 1);
        Assert.Equal(TimeSpan.FromSeconds(1), _average.At(_now));
    }

    private void Add(params double[] seconds)
    {
        foreach (var latency in seconds)
        {
            _average.Add(TimeSpan.FromSeconds(latency), _now);
        }
    }
}
