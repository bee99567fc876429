using ThotNet.Load.Caching;
using ThotNet.Load.Measure;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Tests.Caching;

public sealed class LookupRunTests
{
    [Fact]
    public async Task RunAsync_TwoWays_WarmsUpAndTakesTurns()
    {
        var calls = new List<string>();
        var cpu = TimeSpan.Zero;
        var seconds = TimeSpan.FromSeconds(7);
        Lookup[] ways = [Way("a"), Way("b")];
        var steps = 0;

        var results = await new LookupRun(seconds).RunAsync(ways, rounds: 2, _ => steps++, TestContext.Current.CancellationToken);

        Assert.Equal(["a 2 s", "b 2 s", "a 7 s", "b 7 s", "a 7 s", "b 7 s"], calls);
        Assert.Equal(LookupRun.StepsOf(lookups: 2, rounds: 2), steps);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)], results[ways[0]].Select(one => one.Cpu!.Value));
        Assert.Equal(2, results[ways[1]].Count);

        Lookup Way(string name) => new(
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
