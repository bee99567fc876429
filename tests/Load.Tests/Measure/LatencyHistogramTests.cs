using ThotNet.Load.Measure;

namespace ThotNet.Load.Tests.Measure;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentile_NothingRecorded_IsZero()
    {
        var histogram = new LatencyHistogram();

        Assert.Equal(TimeSpan.Zero, histogram.Percentile(0.5));
        Assert.Equal(TimeSpan.Zero, histogram.Max);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    [InlineData(0.999)]
    public void Percentile_ManyMagnitudes_IsAtMostOnePercentAboveTheExactOne(double part)
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 20_000).Select(_ => (long)Math.Pow(10, random.NextDouble() * 12)).ToArray();
        var histogram = new LatencyHistogram();
        foreach (var value in values) histogram.Record(TimeSpan.FromTicks(value));

        Array.Sort(values);
        var exact = values[(int)Math.Ceiling(part * values.Length) - 1];
        Assert.InRange(histogram.Percentile(part).Ticks, exact, exact * 1.01);
    }

    [Fact]
    public void Percentile_Whole_IsTheExactMaximum()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromTicks(123_456_789));
        histogram.Record(TimeSpan.FromTicks(5));

        Assert.Equal(123_456_789, histogram.Percentile(1).Ticks);
        Assert.Equal(123_456_789, histogram.Max.Ticks);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(255)]
    public void Percentile_FewTicks_IsExact(long ticks)
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromTicks(ticks));
        histogram.Record(TimeSpan.MaxValue);

        Assert.Equal(ticks, histogram.Percentile(0.5).Ticks);
    }

    [Fact]
    public void Record_NegativeDuration_CountsAsZero()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromSeconds(-1));

        Assert.Equal(1, histogram.Count);
        Assert.Equal(TimeSpan.Zero, histogram.Percentile(0.5));
    }

    [Fact]
    public void Add_TwoHistograms_IsAsIfRecordedInOne()
    {
        var (one, two, all) = (new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram());
        for (var i = 1; i <= 1000; i++)
        {
            (i % 3 == 0 ? one : two).Record(TimeSpan.FromMilliseconds(i));
            all.Record(TimeSpan.FromMilliseconds(i));
        }

        one.Add(two);

        Assert.Equal(all.Count, one.Count);
        Assert.Equal(all.Max, one.Max);
        for (var part = 0.0; part <= 1; part += 0.05) Assert.Equal(all.Percentile(part), one.Percentile(part));
    }
}
