using System.Net;
using ThotNet.Load.Measure;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Tests.Throughput;

public sealed class ThroughputReportTests
{
    [Theory]
    [InlineData(new double[0], 0)]
    [InlineData(new double[] { 9, 1, 5 }, 5)]
    [InlineData(new double[] { 9, 1, 5, 7 }, 6)]
    public void Median_Values_IsTheMiddle(double[] values, double median)
    {
        Assert.Equal(median, ThroughputReport.Median(values));
    }

    [Fact]
    public void Make_MeasuredAndMissing_ComparesMediansAndSaysWhy()
    {
        var address = new IPEndPoint(IPAddress.Loopback, 80);
        var yarp = new Subject("bare YARP", address, []);
        var silo = new Subject("silo alone", address, [], "bare YARP");
        var nginx = Subject.Without("nginx in front", "nginx is not installed");
        var results = new Dictionary<Subject, List<Measurement>>
        {
            [yarp] = [Measured(1000), Measured(9000), Measured(2000)],
            [silo] = [Measured(1500), Measured(1), Measured(8000)],
        };

        var table = Assert.Single(ThroughputReport.Make([yarp, silo, nginx], results, connections: 4, rounds: 3).Tables);

        Assert.Equal(["silo alone", 1500.0, 1000.0, 1000.0, 20.0, 0L, "bare YARP", 0.75], table.Rows[1]);
        Assert.Equal("nginx in front", table.Rows[2][0]);
        Assert.Null(table.Rows[2][1]);
        Assert.Contains("nginx in front: nginx is not installed", table.Notes);
    }

    private static Measurement Measured(int served)
    {
        var latency = new LatencyHistogram();
        latency.Record(TimeSpan.FromMilliseconds(1));
        return new Measurement(new LoopResult(served, 0, TimeSpan.FromSeconds(1), latency), TimeSpan.FromMicroseconds(20.0 * served));
    }
}
