using ThotNet.Load.Throughput;

namespace ThotNet.Load.Tests.Throughput;

public sealed class CpuTimeTests
{
    [Fact]
    public void Of_NameWithBracketsAndSpaces_AddsUserAndKernelTime()
    {
        const string Stat = "42 (a) b (c)) S 1 42 42 0 -1 4194304 100 0 0 0 150 25 7 7 20 0 3 0 99999 1000 200";

        Assert.Equal(TimeSpan.FromSeconds(1.75), CpuTime.Of(Stat));
    }
}
