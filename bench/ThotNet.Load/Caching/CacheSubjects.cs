using ThotNet.Load.Decisions;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Caching;

/// <summary>
/// What a run of the cache measures over HTTP: a silo whose memory has the answers, a gateway in front of it, and a silo that has only Redis. Both silos
/// use one Redis for answers and nothing else, each under its own name.
/// </summary>
internal sealed class CacheSubjects
{
    /// <summary>Name of the silo whose memory has the answers.</summary>
    public const string FromMemory = "silo, hits from memory";

    /// <summary>Name of the silo that has only Redis.</summary>
    public const string FromRedis = "silo, hits from Redis";

    /// <summary>Id of the cluster and service of the silo that has only Redis.</summary>
    public const string RedisOnly = "bench-redis";

    private const string Proof = "\r\nx-thotnet-cache: hit\r\n";

    private CacheSubjects(IReadOnlyList<Subject> all, string secret) => (All, Secret) = (all, secret);

    /// <summary>All of them, comparators first.</summary>
    public IReadOnlyList<Subject> All { get; }

    /// <summary>The secret of the silo that has only Redis.</summary>
    public string Secret { get; }

    /// <summary>Those of them that answer.</summary>
    public IEnumerable<Subject> Present => All.Where(subject => subject.Missing.Length == 0);

    /// <summary>Starts all servers. One that cannot be started becomes a subject that says why.</summary>
    public static async Task<CacheSubjects> StartAsync(Fleet fleet, RedisServer answers, CancellationToken cancellation)
    {
        var (upstream, yarp, twoYarps) = await fleet.StartComparatorsAsync(cancellation);
        var port = upstream.Address.Port;
        var servers = new ThotNetServers(fleet, "bench-memory", Settings(answers));
        var memory = await servers.StartSiloAsync(FromMemory, port, cancellation, Proof);
        var both = await servers.StartGatewayAsync("gateway + silo, hits from memory", memory, cancellation);

        var redisOnly = new ThotNetServers(fleet, RedisOnly, Settings(answers, ("ThotNet__Cache__MemoryBytes", "0")));
        var redis = await redisOnly.StartSiloAsync(FromRedis, port, cancellation, Proof, [answers.Process]);
        return new([upstream, yarp, twoYarps, memory, StreamOf(memory), redis, both], redisOnly.Secret);
    }

    private static Dictionary<string, string> Settings(RedisServer answers, params (string Name, string Value)[] more)
    {
        var settings = more.ToDictionary(one => one.Name, one => one.Value);
        settings["ThotNet__Cache__Enabled"] = "true";
        settings["ThotNet__Cache__Redis"] = $"127.0.0.1:{answers.Port}";
        return settings;
    }

    private static Subject StreamOf(Subject silo) =>
        new("silo, streams from memory", silo.Address, silo.Servers, silo.Comparator, silo.Headers, Stream: true, silo.Proof) { Missing = silo.Missing };
}
