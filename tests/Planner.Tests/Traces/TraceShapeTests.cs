using CsCheck;
using ThotNet.Planner.Traces;

namespace ThotNet.Planner.Tests.Traces;

public sealed class TraceShapeTests
{
    private static readonly TraceEntry[] Three = [At(0, 100, 10), At(30, 200, 20), At(60, 1, 0)];

    [Fact]
    public void Apply_NothingAskedFor_ChangesNothing()
    {
        Assert.Equal(Three, new TraceShape().Apply(Three));
    }

    [Fact]
    public void Apply_Stretch_MultipliesAllTimes()
    {
        Assert.Equal([At(0, 100, 10), At(720, 200, 20), At(1440, 1, 0)], new TraceShape(Stretch: 24).Apply(Three));
    }

    [Theory]
    [InlineData(0.5, 50, 5, 100, 10, 1, 0)]
    [InlineData(2.5, 250, 25, 500, 50, 3, 0)]
    [InlineData(0.001, 1, 0, 1, 0, 1, 0)]
    public void Apply_Scale_RoundsAndLeavesAtLeastOneToken(double scale, int first, int firstOut, int second, int secondOut, int third, int thirdOut)
    {
        Assert.Equal([At(0, first, firstOut), At(30, second, secondOut), At(60, third, thirdOut)], new TraceShape(TokensScale: scale).Apply(Three));
    }

    [Fact]
    public void Apply_Slice_KeepsItsStartWithoutItsEndAndBeginsAnew()
    {
        var slice = new TraceSlice(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));

        Assert.Equal([At(0, 200, 20)], new TraceShape(Stretch: 2, Slice: slice).Apply(Three));
    }

    [Fact]
    public void Apply_EmptySlice_IsRefused()
    {
        var slice = new TraceSlice(TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(60));

        var refusal = Assert.Throws<FormatException>(() => new TraceShape(Slice: slice).Apply(Three));

        Assert.Equal("no requests from 00:00:31 to 00:01:00; it ends at 00:01:00", refusal.Message);
    }

    [Fact]
    public void Apply_LongerThanAYear_IsRefused()
    {
        var year = new[] { At(0, 1, 1), At(86_400, 1, 1) };

        Assert.Equal(TimeSpan.FromDays(366), new TraceShape(Stretch: 366).Apply(year)[1].Offset);
        Assert.Throws<FormatException>(() => new TraceShape(Stretch: 366.5).Apply(year));
    }

    [Fact]
    public void Apply_RequestScaledTooLarge_IsRefused()
    {
        var large = new[] { At(0, 10_001, 1) };

        Assert.Equal(9_990_999, new TraceShape(TokensScale: 999).Apply(large)[0].ContextTokens);
        Assert.Throws<FormatException>(() => new TraceShape(TokensScale: 1000).Apply(large));
    }

    [Theory]
    [InlineData(3, 5, 0.2)]
    [InlineData(9.5, 10.5, 1)]
    [InlineData(15, 17, 1.8)]
    [InlineData(27, 29, 0.2)]
    public void Apply_Diurnal_HasTheRateOfTheCurve(double fromHour, double toHour, double rate)
    {
        var even = Enumerable.Range(0, (2 * 86_400) + 1).Select(second => At(second, 1, 1)).ToArray();

        var shaped = new TraceShape(Curve: TraceCurve.Diurnal).Apply(even);

        var count = shaped.Count(entry => entry.Offset >= TimeSpan.FromHours(fromHour) && entry.Offset < TimeSpan.FromHours(toHour));
        Assert.Equal(rate, count / ((toHour - fromHour) * 3600), 0.01);
        Assert.Equal(86_400, shaped.Count(entry => entry.Offset < TimeSpan.FromDays(1)));
        Assert.Equal(TimeSpan.FromDays(2), shaped[^1].Offset);
    }

    [Fact]
    public void Apply_Diurnal_KeepsOrderCountEndsAndTokens()
    {
        var traces =
            from gaps in Gen.Long[0, TimeSpan.TicksPerDay].List[0, 40]
            from stretch in Gen.Double[TraceShape.LeastStretch, 5]
            select (gaps, stretch);

        traces.MustHold((gaps, stretch) =>
        {
            var at = 0L;
            TraceEntry[] entries = [new(TimeSpan.Zero, 7, 1), .. gaps.Select((gap, i) => new TraceEntry(new(at += gap), i, 1))];
            var flat = new TraceShape(stretch).Apply(entries);
            var warped = new TraceShape(stretch, TraceCurve.Diurnal).Apply(entries);
            return warped.Length == entries.Length
                && warped[0].Offset == TimeSpan.Zero
                && warped[^1].Offset == flat[^1].Offset
                && warped.Zip(warped.Skip(1)).All(pair => pair.First.Offset <= pair.Second.Offset)
                && warped.Select(entry => entry.ContextTokens).SequenceEqual(entries.Select(entry => entry.ContextTokens))
                && warped.Zip(flat).All(pair => pair.First.Offset.Ticks / TimeSpan.TicksPerDay == pair.Second.Offset.Ticks / TimeSpan.TicksPerDay);
        });
    }

    private static TraceEntry At(double seconds, int context, int generated) => new(TimeSpan.FromSeconds(seconds), context, generated);
}
