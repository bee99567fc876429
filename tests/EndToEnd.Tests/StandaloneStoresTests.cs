using System.Net;
using StackExchange.Redis;

namespace ThotNet.EndToEnd.Tests;

/// <summary>The two stores that the standalone mode brings: one that keeps everything, and one for cached answers that may forget.</summary>
public sealed class StandaloneStoresTests(StandaloneFixture thotnet)
{
    [Fact]
    public async Task Stores_OfAProcess_AreTwoServersThatBothAnswer()
    {
        Assert.NotEqual(thotnet.Host.StoreConnection, thotnet.Host.CacheConnection);
        foreach (var connection in new[] { thotnet.Host.StoreConnection, thotnet.Host.CacheConnection })
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(connection);
            Assert.Equal("PONG", (await redis.GetDatabase().ExecuteAsync("PING")).ToString());
        }
    }

    [Fact]
    public async Task CacheStore_OfTheUsersOwn_IsTakenInsteadAndMayBeAway()
    {
        await using var own = new StandaloneFixture("--ThotNet:Cache:Redis=127.0.0.1:1,abortConnect=false");
        await own.InitializeAsync();

        Assert.Equal("127.0.0.1:1,abortConnect=false", own.Host.CacheConnection);
        using var answer = await own.PostChatAsync("""{"model":"auto","messages":[{"role":"user","content":"Hello"}]}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(1_000_000, 160)]
    [InlineData(20_000, 8_000)]
    public async Task CacheStore_MoreThanItHolds_DropsTheOldestAndKeepsTheNewest(int size, int count)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(thotnet.Host.CacheConnection);
        var cache = redis.GetDatabase();
        var value = Enumerable.Range(0, size).Select(index => (byte)(index * 7)).ToArray();
        RedisKey Key(int number) => $"test/{size}/{number}";
        for (var number = 0; number < count; number++)
        {
            Assert.True(await cache.StringSetAsync(Key(number), value, TimeSpan.FromHours(1)));
        }

        // A quarter of its 64 MB at least, whatever the pages hold besides.
        for (var number = count - (16_000_000 / size); number < count; number++)
        {
            Assert.Equal(value, (byte[]?)await cache.StringGetAsync(Key(number)));
        }

        var held = await Task.WhenAll(Enumerable.Range(0, count).Select(async number => await cache.KeyExistsAsync(Key(number)) ? size : 0L));
        Assert.InRange(held.Sum(), 16_000_000, 64 * 1024 * 1024);
        Assert.Equal(0, held[0]);
    }

    [Fact]
    public async Task CacheStore_CountersAndScripts_WorkAsInRedis()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(thotnet.Host.CacheConnection);
        var cache = redis.GetDatabase();

        Assert.Equal((1, 2), (await cache.StringIncrementAsync("test/counter"), await cache.StringIncrementAsync("test/counter")));
        Assert.Equal((3, 5), (await cache.HashIncrementAsync("test/hash", "a", 3), await cache.HashIncrementAsync("test/hash", "a", 2)));
        Assert.Equal(2, (int)await cache.ScriptEvaluateAsync("return redis.call('GET', KEYS[1])", ["test/counter"]));
    }
}
