using ThotNet.Load.Measure;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Tests.Throughput;

public sealed class WayRunTests
{
    [Fact]
    public async Task RunAsync_TwoWays_WarmsUpAndTakesTurns()
    {
        var calls = new List<string>();
        var cpu = TimeSpan.Zero;
        var seconds = TimeSpan.FromSeconds(7);
        Way[] ways = [Named("a"), Named("b")];
        var steps = 0;

        var results = await new WayRun(TimeSpan.FromSeconds(2), seconds).RunAsync(ways, rounds: 2, _ => steps++, TestContext.Current.CancellationToken);

        Assert.Equal(["a 2 s", "b 2 s", "a 7 s", "b 7 s", "a 7 s", "b 7 s"], calls);
        Assert.Equal(WayRun.StepsOf(ways: 2, rounds: 2), steps);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)], results[ways[0]].Select(one => one.Cpu!.Value));
        Assert.Equal(2, results[ways[1]].Count);

        Way Named(string name) => new(
            name,
            "",
            (duration, _) =>
            {
                calls.Add($"{name} {duration.TotalSeconds} s");
                cpu += TimeSpan.FromSeconds(1);
                return Task.FromResult(new LoopResult(1, 0, duration, new LatencyHistogram()));
            },
            () => cpu);
    }
}
