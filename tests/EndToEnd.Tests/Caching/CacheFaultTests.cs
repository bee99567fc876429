using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using StackExchange.Redis;
using ThotNet.Silo.Flights;

namespace ThotNet.EndToEnd.Tests.Caching;

/// <summary>A Redis that fails, and values in it that somebody has changed: misses, right answers, never errors. The silos keep nothing in their own memory.</summary>
public sealed class CacheFaultTests : IClassFixture<CacheFaultTests.Fixture>
{
    private readonly string _run = $"{Guid.NewGuid():N}";
    private readonly SiloCluster _cluster;

    public CacheFaultTests(Fixture fixture)
    {
        _cluster = fixture.Cluster;
        _cluster.Provider.Answer = "first";
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "list", "wrong_type" },
        { "hash", "wrong_type" },
        { "garbage", "version" },
        { "garbage of this version", "corrupt" },
        { "one byte", "corrupt" },
        { "cut", "corrupt" },
        { "longer", "corrupt" },
        { "another request's", "foreign" },
        { "another caller's", "foreign" },
        { "another body", "forged" },
    };

    [Fact]
    public async Task Redis_KilledWhileServing_IsNobodysError_AndHitsComeBackWithIt()
    {
        await StoreAsync("kept");
        var faults = await FaultsAsync("down");
        await _cluster.Cache.DisposeAsync();
        try
        {
            _cluster.Provider.Answer = "without";
            for (var number = 0; number < 8; number++)
            {
                Assert.Equal((200, "without", "miss"), await AskAsync(number % 2, "kept", stream: number % 3 == 0));
                await FlownAsync();
            }

            await Eventually.TrueAsync(async () => await FaultsAsync("down") > faults);
        }
        finally
        {
            await _cluster.RestartCacheAsync();
        }

        _cluster.Provider.Answer = "again";
        await Eventually.TrueAsync(async () =>
        {
            var (status, text, cache) = await AskAsync(0, "kept");
            await FlownAsync();
            Assert.Equal((200, "again"), (status, text));
            return cache == "hit" && await AskAsync(1, "kept") == (200, "again", "hit");
        });
    }

    [Fact]
    public async Task Redis_Full_KeepsNothingNewAndServesAll()
    {
        await using var redis = await ConnectAsync();
        var faults = await FaultsAsync("full");
        await redis.GetDatabase().StringSetAsync($"thotnet-tests/{_run}", new byte[2_000_000]);
        await redis.GetServers()[0].ConfigSetAsync("maxmemory-policy", "noeviction");
        await redis.GetServers()[0].ConfigSetAsync("maxmemory", "1mb");
        try
        {
            foreach (var stream in new[] { false, true, false })
            {
                Assert.Equal((200, "first", "miss"), await AskAsync(0, "full", stream));
                await FlownAsync();
            }

            await Eventually.TrueAsync(async () => await FaultsAsync("full") > faults);
        }
        finally
        {
            await redis.GetServers()[0].ConfigSetAsync("maxmemory", "0");
            await redis.GetDatabase().KeyDeleteAsync($"thotnet-tests/{_run}");
        }

        await StoreAsync("full");
    }

    [Theory, MemberData(nameof(Changes))]
    public async Task Value_OfAnother_IsAMiss(string change, string fault)
    {
        await using var redis = await ConnectAsync();
        var database = redis.GetDatabase();
        var alices = await StoreAsync("mine", "for alice");
        var bobs = await StoreAsync("mine", "for bob", "bob");
        var others = await StoreAsync("other", "something else");
        var whole = ((byte[]?)await database.StringGetAsync(alices))!;

        // A look-up that takes too long is a miss as well, and another fault: then it is done again.
        var faults = await FaultsAsync(fault);
        await Eventually.TrueAsync(async () =>
        {
            await ChangeAsync();
            await ServedAnewAsync();
            return await FaultsAsync(fault) > faults;
        });

        // What was stored anew is as good as ever.
        await Eventually.TrueAsync(async () => await AskAsync(1, "mine") == (200, "anew", "hit"));
        await HitsAsync("mine", "for bob", "bob");

        async Task ChangeAsync()
        {
            await database.KeyDeleteAsync(alices);
            _ = change switch
            {
                "list" => await database.ListRightPushAsync(alices, whole) == 1,
                "hash" => await database.HashSetAsync(alices, "0", whole),
                "garbage" => await PutAsync("""{"choices":[{"index":0,"message":{"role":"assistant","content":"forged"},"finish_reason":"stop"}]}"""u8.ToArray()),
                "garbage of this version" => await PutAsync([whole[0], .. Enumerable.Repeat((byte)0x5a, whole.Length)]),
                "one byte" => await PutAsync(whole[..1]),
                "cut" => await PutAsync(whole[..^1]),
                "longer" => await PutAsync([.. whole, 0]),
                "another request's" => await PutAsync(((byte[]?)await database.StringGetAsync(others))!),
                "another caller's" => await PutAsync(((byte[]?)await database.StringGetAsync(bobs))!),
                "another body" => await PutAsync(Replaced(whole, "for alice"u8, "for mandy"u8)),
                _ => throw new ArgumentException(change),
            };
        }

        Task<bool> PutAsync(byte[] value) => database.StringSetAsync(alices, value);
    }

    [Fact]
    public async Task Value_WithOneBitFlipped_IsAMiss()
    {
        await using var redis = await ConnectAsync();
        var key = await StoreAsync("mine", "for alice");
        var whole = ((byte[]?)await redis.GetDatabase().StringGetAsync(key))!;
        for (var index = 0; index < whole.Length; index += 7)
        {
            byte[] flipped = [.. whole];
            flipped[index] ^= (byte)(1 << (index % 8));
            await redis.GetDatabase().StringSetAsync(key, flipped);
            await ServedAnewAsync();
        }
    }

    [Fact]
    public async Task Redis_ThatNeverAnswers_IsNobodysError()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var cluster = await SiloCluster.StartAsync(1, $"ThotNet:Cache:Redis={silent.LocalEndpoint}");
        cluster.Provider.Answer = "served";
        foreach (var stream in new[] { false, true })
        {
            var reply = await CacheReply.ReadAsync(await cluster.PostAsync(0, $"silent {stream}", stream));
            Assert.Equal((200, "served", "miss", true), (reply.Status, reply.Text, reply.Cache, reply.IsWhole));
        }

        // What the silo has in its own memory is as good as ever.
        await Eventually.TrueAsync(async () => (await CacheReply.ReadAsync(await cluster.PostAsync(0, "silent True"))).Cache == "hit");
    }

    // The provider's own answer, not what stands in Redis.
    private async Task ServedAnewAsync()
    {
        _cluster.Provider.Answer = "anew";
        Assert.Equal((200, "anew", "miss"), await AskAsync(1, "mine"));
        await FlownAsync();
    }

    // Stores an answer, sees that it is one, and finds its key.
    private async Task<RedisKey> StoreAsync(string prompt, string answer = "first", string caller = "alice")
    {
        await using var redis = await ConnectAsync();
        var before = KeysOf(redis).ToHashSet();
        _cluster.Provider.Answer = answer;
        await HitsAsync(prompt, answer, caller);
        return Assert.Single(KeysOf(redis), key => !before.Contains(key));
    }

    private Task HitsAsync(string prompt, string answer, string caller) => Eventually.TrueAsync(async () =>
    {
        var (status, text, cache) = await AskAsync(0, prompt, caller: caller);
        await FlownAsync();
        Assert.Equal((200, answer), (status, text));
        return cache == "hit";
    });

    // A flight is over once its answer is stored.
    private Task FlownAsync() => Eventually.TrueAsync(() => new[] { 0, 1 }.All(silo => _cluster.Service<FlightTable>(silo).Count == 0));

    private async Task<(int Status, string? Text, string Cache)> AskAsync(int silo, string prompt, bool stream = false, string caller = "alice")
    {
        var reply = await CacheReply.ReadAsync(await _cluster.PostAsync(silo, $"{prompt} {_run}", stream, caller));
        Assert.True(reply.IsWhole);
        return (reply.Status, reply.Text, reply.Cache);
    }

    // Of both silos together.
    private async Task<long> FaultsAsync(string reason)
    {
        var count = 0L;
        foreach (var silo in new[] { 0, 1 })
        {
            using var response = await _cluster.SendAsync(silo, HttpMethod.Get, "/ops/api/cache", null);
            using var json = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
            count += json.RootElement.GetProperty("faults").TryGetProperty(reason, out var counted) ? counted.GetInt64() : 0;
        }

        return count;
    }

    private Task<ConnectionMultiplexer> ConnectAsync() => ConnectionMultiplexer.ConnectAsync($"{_cluster.Cache.Connection},defaultDatabase=1,allowAdmin=true");

    // Those of answers: what is purged stands there too, and is written again within a second when Redis was lost.
    private static IEnumerable<RedisKey> KeysOf(ConnectionMultiplexer redis) =>
        redis.GetServers()[0].Keys(database: 1).Where(key => !key.ToString().EndsWith("/purges", StringComparison.Ordinal));

    private static byte[] Replaced(byte[] value, ReadOnlySpan<byte> old, ReadOnlySpan<byte> by)
    {
        byte[] replaced = [.. value];
        by.CopyTo(replaced.AsSpan(replaced.AsSpan().IndexOf(old)));
        return replaced;
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal SiloCluster Cluster { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Cluster = await SiloCluster.StartAsync(2, "ThotNet:Cache:MemoryBytes=0");

        public ValueTask DisposeAsync() => Cluster.DisposeAsync();
    }
}
