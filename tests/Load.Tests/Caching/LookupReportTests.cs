using ThotNet.Load.Caching;
using ThotNet.Load.Measure;
using ThotNet.Load.Reporting;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Tests.Caching;

public sealed class LookupReportTests
{
    [Fact]
    public void AddTo_TwoWays_ComparesMediansOfTimes()
    {
        var results = new Dictionary<Way, List<Measurement>>
        {
            [Named("GET", "")] = [Measured(100, cpu: 20), Measured(900, cpu: 90), Measured(200, cpu: 30)],
            [Named("store", "GET")] = [Measured(300, cpu: 45, errors: 2), Measured(1, cpu: 1), Measured(800, cpu: 80, errors: 1)],
            [Named("unknown", "none")] = [Measured(5, cpu: null)],
        };
        var report = new Report();

        LookupReport.AddTo(report, results, rounds: 3);

        var table = Assert.Single(report.Tables);
        Assert.Equal(["GET", 200.0, 200.0, 200.0, 30.0, 0L, null, null, null, null], table.Rows[0]);
        Assert.Equal(["store", 300.0, 300.0, 300.0, 45.0, 3L, "GET", 1.5, 1.5, 1.5], table.Rows[1]);
        Assert.Equal(["unknown", 5.0, 5.0, 5.0, null, 0L, null, null, null, null], table.Rows[2]);
    }

    private static Way Named(string name, string comparator) =>
        new(name, comparator, (_, _) => throw new InvalidOperationException("Not to be run."), () => null);

    private static Measurement Measured(int microseconds, double? cpu, long errors = 0)
    {
        var latency = new LatencyHistogram();
        latency.Record(TimeSpan.FromMicroseconds(microseconds));
        return new(new LoopResult(1, errors, TimeSpan.FromSeconds(1), latency), cpu is { } known ? TimeSpan.FromMicroseconds(known) : null);
    }
}
