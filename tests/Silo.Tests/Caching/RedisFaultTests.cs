using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using ThotNet.Gateway.Tests.Clustering;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

/// <summary>A redis-server that is not there, goes, comes, is full, or is none.</summary>
public sealed class RedisFaultTests
{
    [Fact]
    public async Task Redis_DownAtTheStart_CostsNothingAndIsUsedWhenItComes()
    {
        var port = RedisServer.FreePort();
        await using var bench = new CacheBench($"127.0.0.1:{port}");
        var silo = bench.Cache();

        Assert.False(await silo.RefreshPurgesAsync(TestContext.Current.CancellationToken));
        Assert.True(CacheBench.LookUpAsync(silo, 1).AsTask().IsCompleted);
        await silo.StoreAsync(AnswerSamples.Answer(1), silo.Purges);
        Assert.Equal("1", await CacheBench.HeldAsync(silo, 1));
        Assert.False(await silo.PurgeAsync(PurgeTag.All));
        Assert.Equal("", await CacheBench.HeldAsync(silo, 1));
        Assert.False(silo.IsRedisReached);

        await using var redis = await RedisServer.StartAsync(port);
        await Eventually.TrueAsync(() => silo.RefreshPurgesAsync(TestContext.Current.CancellationToken));
        await silo.StoreAsync(AnswerSamples.Answer(2), silo.Purges);
        Assert.Equal("2", await CacheBench.HeldAsync(await bench.SiloAsync(), 1, 2));
        Assert.True(silo.IsRedisReached);
    }

    [Fact]
    public async Task Redis_KilledAndStartedAgain_IsAMissMeanwhileAndThenUsedAgain()
    {
        var port = RedisServer.FreePort();
        await using var bench = new CacheBench($"127.0.0.1:{port}");
        AnswerCache silo;
        await using (await RedisServer.StartAsync(port))
        {
            silo = await bench.SiloAsync();
            Assert.True(await silo.PurgeAsync(PurgeTag.Caller("x")));
            await silo.StoreAsync(AnswerSamples.Answer(1), silo.Purges);
        }

        var purged = silo.Purges.Generations.ToHashSet();
        await Eventually.TrueAsync(async () => (await MissAsync(bench, silo, 2)).Failed);
        Assert.Equal("1", await CacheBench.HeldAsync(silo, 1));
        Assert.False(await silo.PurgeAsync(PurgeTag.Model("groq/other")));

        await using var redis = await RedisServer.StartAsync(port);
        await Eventually.TrueAsync(() => silo.RefreshPurgesAsync(TestContext.Current.CancellationToken));
        var other = await bench.SiloAsync();
        Assert.True(purged.IsSubsetOf(other.Purges.Generations));
        bench.Time.Advance(LookupGate.Pause);
        await CacheBench.HeldAsync(silo, 2);
        await silo.StoreAsync(AnswerSamples.Answer(3), silo.Purges);
        Assert.Equal("3", await CacheBench.HeldAsync(other, 1, 3));
    }

    [Fact]
    public async Task Redis_ThatIsFull_IsAFaultAndThenUsedAgain()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{redis.Connection},allowAdmin=true");
        await using var bench = new CacheBench(redis.Connection);
        var (silo, other) = (await bench.SiloAsync(), await bench.SiloAsync());

        await admin.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        await silo.StoreAsync(AnswerSamples.Answer(1), silo.Purges);
        Assert.Equal((1, ""), (bench.Metrics.Faults.Of("full"), await CacheBench.HeldAsync(other, 1)));
        Assert.Equal("1", await CacheBench.HeldAsync(silo, 1));
        Assert.False(await silo.PurgeAsync(PurgeTag.All));

        await admin.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        Assert.True(await silo.RefreshPurgesAsync(TestContext.Current.CancellationToken));
        await silo.StoreAsync(AnswerSamples.Answer(2), silo.Purges);
        Assert.True(await other.RefreshPurgesAsync(TestContext.Current.CancellationToken));
        Assert.Equal("2", await CacheBench.HeldAsync(other, 2));
    }

    [Fact]
    public async Task Server_ThatAcceptsAndNeverAnswers_CostsNoRequestAnything()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var bench = new CacheBench($"{listener.LocalEndpoint}");
        var silo = bench.Cache();

        var lookup = CacheBench.LookUpAsync(silo, 1).AsTask();
        Assert.True(lookup.IsCompleted);
        Assert.True((await lookup).Failed);
        var storing = silo.StoreAsync(AnswerSamples.Answer(2), silo.Purges);
        Assert.Equal("2", await CacheBench.HeldAsync(silo, 2));
        Assert.False(await bench.Time.WhileAsync(silo.RefreshPurgesAsync(TestContext.Current.CancellationToken)));
        await bench.Time.WhileAsync(DoneAsync(storing));
    }

    private static async Task<bool> DoneAsync(Task task)
    {
        await task;
        return true;
    }

    // Until the connection is noticed to be broken, or comes back, a look-up waits for its time.
    private static async Task<CacheLookup> MissAsync(CacheBench bench, AnswerCache silo, int key)
    {
        var lookup = CacheBench.LookUpAsync(silo, key).AsTask();
        bench.Time.Advance(AnswerCache.LookupTime);
        return await lookup;
    }
}
