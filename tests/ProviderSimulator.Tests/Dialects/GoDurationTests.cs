using ThotNet.ProviderSimulator.Dialects;

namespace ThotNet.ProviderSimulator.Tests.Dialects;

public class GoDurationTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(0.05, "50µs")]
    [InlineData(350, "350ms")]
    [InlineData(1570, "1.57s")]
    [InlineData(6000, "6s")]
    [InlineData(86_400, "1m26.4s")]
    [InlineData(179_560, "2m59.56s")]
    [InlineData(578_016, "9m38.016s")]
    [InlineData(360_000, "6m0s")]
    [InlineData(3_600_000, "1h0m0s")]
    [InlineData(86_400_000, "24h0m0s")]
    [InlineData(999.5, "1s")]
    public void Format_Milliseconds_AsGoWritesIt(double milliseconds, string expected) =>
        Assert.Equal(expected, GoDuration.Format(TimeSpan.FromTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond))));
}
