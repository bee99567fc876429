using StackExchange.Redis;

namespace ThotNet.Load.Decisions;

/// <summary>
/// The usual way to share a limit: a token bucket for each quota in Redis, asked about every request by one script call (EVALSHA) over one
/// connection, on which calls that are under way at the same time are pipelined.
/// </summary>
public sealed class RedisBuckets
{
    private const string Script = """
        local time = redis.call('TIME')
        local now = time[1] + time[2] / 1000000
        local bucket = redis.call('HMGET', KEYS[1], 'level', 'at')
        local capacity, rate, needed = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local level = tonumber(bucket[1]) or capacity
        local at = tonumber(bucket[2]) or now
        level = math.min(capacity, level + (now - at) * rate)
        local allowed = level >= needed
        if allowed then level = level - needed end
        redis.call('HSET', KEYS[1], 'level', level, 'at', now)
        redis.call('PEXPIRE', KEYS[1], math.ceil(capacity / rate * 1000))
        return allowed and 1 or 0
        """;

    private static readonly RedisValue[] Limits = ["1000000000000", "16666666666", "1"];

    private readonly IDatabase _database;
    private readonly byte[] _hash;
    private readonly RedisKey[][] _keys;

    private RedisBuckets(IDatabase database, byte[] hash, int quotas)
    {
        _database = database;
        _hash = hash;
        _keys = [.. Enumerable.Range(0, quotas).Select(quota => (RedisKey[])[$"bucket/{quota}"])];
    }

    /// <summary>Loads the script into a server.</summary>
    public static async Task<RedisBuckets> LoadAsync(ConnectionMultiplexer connection, int quotas)
    {
        var hash = await connection.GetServers()[0].ScriptLoadAsync(Script);
        return new(connection.GetDatabase(), hash, quotas);
    }

    /// <summary>Takes one request from a bucket.</summary>
    public async ValueTask<bool> DecideAsync(int quota) => (int)await _database.ScriptEvaluateAsync(_hash, _keys[quota], Limits) == 1;
}
