using ThotNet.Load.Throughput;

namespace ThotNet.Load.Decisions;

/// <summary>One measurement of one way to decide.</summary>
/// <param name="Result">What the callers saw.</param>
/// <param name="Own">CPU time of this process, callers included; null where the system does not tell.</param>
/// <param name="Redis">CPU time of the redis-server that it uses; null where the system does not tell.</param>
public sealed record DecisionMeasurement(DecisionResult Result, TimeSpan? Own, TimeSpan? Redis);

/// <summary>Measures both ways to decide in turn, several rounds, so that what else the machine does falls on both alike.</summary>
public sealed class DecisionRun(int callers, TimeSpan seconds, TimeProvider time)
{
    /// <summary>The name of ThotNet's way.</summary>
    public const string Leases = "leases";

    /// <summary>The name of the comparator.</summary>
    public const string Buckets = "Redis Lua token bucket";

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly int[] QuotaCounts = [1, 4];

    /// <summary>Starts everything, measures, ends everything. The answer has the measurements of each way and number of quotas in the order of the rounds.</summary>
    public async Task<IReadOnlyDictionary<(string Way, int Quotas), List<DecisionMeasurement>>> RunAsync(int rounds, CancellationToken cancellation)
    {
        using var stateServer = await RedisServer.StartAsync(durable: true);
        using var bucketServer = await RedisServer.StartAsync(durable: false);
        await using var leases = await LeasedQuotas.StartAsync(stateServer.Port, cancellation);
        await using var connection = await bucketServer.ConnectAsync();
        var buckets = await RedisBuckets.LoadAsync(connection, LeasedQuotas.Count);
        (string Name, Decide Decide, int Redis)[] ways =
        [
            (Leases, leases.DecideAsync, stateServer.Process.Id),
            (Buckets, buckets.DecideAsync, bucketServer.Process.Id),
        ];
        var loop = new DecisionLoop(callers, time);
        foreach (var way in ways) await loop.RunAsync(way.Decide, LeasedQuotas.Count, WarmUp);

        var results = new Dictionary<(string Way, int Quotas), List<DecisionMeasurement>>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var quotas in QuotaCounts)
            {
                foreach (var way in ways)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (!results.TryGetValue((way.Name, quotas), out var measured)) results.Add((way.Name, quotas), measured = []);
                    measured.Add(await MeasureAsync(loop, way.Decide, quotas, way.Redis));
                }
            }
        }

        return results;
    }

    private async Task<DecisionMeasurement> MeasureAsync(DecisionLoop loop, Decide decide, int quotas, int redis)
    {
        var (own, server) = (CpuTime.OfOne("self"), CpuTime.OfOne($"{redis}"));
        var result = await loop.RunAsync(decide, quotas, seconds);
        return new(result, CpuTime.OfOne("self") - own, CpuTime.OfOne($"{redis}") - server);
    }
}
