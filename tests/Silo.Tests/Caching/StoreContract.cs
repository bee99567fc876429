using StackExchange.Redis;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

/// <summary>What the store does with any server that speaks Redis' protocol: two silos with a memory each, and one server.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    private static int _tests;

    private readonly string _prefix = $"test{Interlocked.Increment(ref _tests)}";
    private ConnectionMultiplexer _redis = null!;
    private CacheBench _bench = null!;
    private AnswerCache _here = null!;
    private AnswerCache _there = null!;

    private IDatabase Database => _redis.GetDatabase();

    private RedisKey PurgesKey => $"{_prefix}/cache/v1/purges";

    public async ValueTask InitializeAsync()
    {
        var connection = $"127.0.0.1:{await StartAsync()}";
        _redis = await ConnectionMultiplexer.ConnectAsync(connection);
        _bench = new CacheBench(connection, _prefix);
        _here = await _bench.SiloAsync();
        _there = await _bench.SiloAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null)
        {
            await _bench.DisposeAsync();
            await _redis.DisposeAsync();
        }
    }

    [Fact]
    public async Task Answer_StoredInOneSilo_IsFoundInTheOther()
    {
        await StoreAsync(1, new string('a', 3000));
        var here = await CacheBench.FindAsync(_here, 1);
        var there = await CacheBench.LookUpAsync(_there, 1);

        AnswerSamples.AssertSame(here!, there.Answer);
        Assert.False(there.Failed);
        Assert.Equal(1, _there.MemoryEntries);
        Assert.Empty(_bench.Metrics.Faults.Names);
    }

    [Fact]
    public async Task Answer_StoredAnewInOneSilo_IsSeenByTheOthersMemoryAfterAWhile()
    {
        await StoreAsync(1, "old");
        Assert.Equal("old", AnswerSamples.TextOf(await CacheBench.FindAsync(_there, 1)));
        await StoreAsync(1, "new");
        Assert.Equal(["new", "old"], [AnswerSamples.TextOf(await CacheBench.FindAsync(_here, 1)), AnswerSamples.TextOf(await CacheBench.FindAsync(_there, 1))]);

        _bench.Time.Advance(AnswerCache.MemoryTrust);
        Assert.Equal("new", AnswerSamples.TextOf(await CacheBench.FindAsync(_there, 1)));
    }

    [Fact]
    public async Task Answer_ThatRedisHasLost_IsStillThereInMemory()
    {
        await StoreAsync(1, "held");
        await Database.KeyDeleteAsync(KeyOf(1));
        _bench.Time.Advance(AnswerCache.MemoryTrust);

        Assert.Equal("held", AnswerSamples.TextOf(await CacheBench.FindAsync(_here, 1)));
        Assert.Null(await CacheBench.FindAsync(_there, 1));
    }

    [Fact]
    public async Task Answer_InRedis_ExpiresThereWithTheAnswer()
    {
        await StoreAsync(1);
        var expires = (await CacheBench.FindAsync(_here, 1))!.ExpiresAt;
        var left = await Database.KeyTimeToLiveAsync(KeyOf(1));

        Assert.InRange(left!.Value, TimeSpan.FromMinutes(50), expires - AnswerSamples.Now);
    }

    [Fact]
    public async Task Answer_ThatHasExpired_IsAMissWhileRedisStillHasIt()
    {
        await StoreAsync(1);
        _bench.Time.Advance(TimeSpan.FromHours(1));

        Assert.True(await Database.KeyExistsAsync(KeyOf(1)));
        Assert.Equal((null, false), Of(await CacheBench.LookUpAsync(_there, 1)));
    }

    [Fact]
    public async Task Key_WithoutAValue_IsAMissAndNoFault()
    {
        Assert.Equal((null, false), Of(await CacheBench.LookUpAsync(_here, 1)));
        Assert.Empty(_bench.Metrics.Faults.Names);
    }

    [Fact]
    public async Task Key_OfAnotherType_IsAMissUntilAnAnswerIsStored()
    {
        await Database.ListRightPushAsync(KeyOf(1), "not a value");
        await AssertRefusedAsync(1, "wrong_type");

        await StoreAsync(1);
        Assert.Equal("1", await CacheBench.HeldAsync(_there, 1));
    }

    [Fact]
    public async Task Value_OfAnotherVersion_IsAMiss()
    {
        await ChangeAsync(1, value => value[0]++);
        await AssertRefusedAsync(1, "version");
    }

    [Fact]
    public async Task Value_WithABitFlipped_IsAMiss()
    {
        await ChangeAsync(1, value => value[^50] ^= 4);
        await AssertRefusedAsync(1, "forged");
    }

    [Fact]
    public async Task Value_CutOff_IsAMiss()
    {
        await StoreAsync(1);
        var value = (byte[])(await Database.StringGetAsync(KeyOf(1)))!;
        await Database.StringSetAsync(KeyOf(1), value.AsMemory(0, value.Length - 1));
        await AssertRefusedAsync(1, "corrupt");
    }

    [Fact]
    public async Task Value_CopiedToAnotherKey_IsAMiss()
    {
        await StoreAsync(1);
        await Database.StringSetAsync(KeyOf(2), await Database.StringGetAsync(KeyOf(1)));
        await AssertRefusedAsync(2, "foreign");
    }

    [Fact]
    public async Task Value_OfSomebodyWithAnotherSecret_IsAMiss()
    {
        await using var foreign = new CacheBench($"127.0.0.1:{await StartAsync()}", _prefix);
        var forger = await foreign.SiloAsync("another secret");
        await forger.StoreAsync(AnswerSamples.Answer(1), forger.Purges);
        await AssertRefusedAsync(1, "forged");
    }

    [Fact]
    public async Task Value_LongerThanAny_IsAMissOfWhichNoMoreIsFetchedThanAllowed()
    {
        await Database.StringSetAsync(KeyOf(1), new byte[5_000_000]);
        await AssertRefusedAsync(1, "too_large");
    }

    [Fact]
    public async Task Purge_IsSeenInTheOtherSiloWhenItLooks()
    {
        await StoreAsync(1, target: "groq/a", caller: "x");
        await StoreAsync(2, target: "groq/b", caller: "x");
        await StoreAsync(3, target: "groq/b", caller: "y");
        Assert.Equal("1,2,3", await CacheBench.HeldAsync(_there, 1, 2, 3));

        await PurgeHereAsync(PurgeTag.Model("groq/a"));
        Assert.Equal("2,3", await CacheBench.HeldAsync(_there, 1, 2, 3));
        await PurgeHereAsync(PurgeTag.Caller("x"));
        Assert.Equal("3", await CacheBench.HeldAsync(_there, 1, 2, 3));
        await PurgeHereAsync(PurgeTag.All);
        Assert.Equal("", await CacheBench.HeldAsync(_there, 1, 2, 3));
        Assert.Equal("", await CacheBench.HeldAsync(_here, 1, 2, 3));
    }

    [Fact]
    public async Task Silo_ThatHasNotYetLookedForPurges_TakesNothingFromRedis()
    {
        await StoreAsync(1);
        await StoreAsync(2, caller: "x");
        await PurgeHereAsync(PurgeTag.Caller("x"));
        var begins = _bench.Cache();

        Assert.Equal((null, true), Of(await CacheBench.LookUpAsync(begins, 1)));
        await begins.RefreshPurgesAsync(TestContext.Current.CancellationToken);
        Assert.Equal("1", await CacheBench.HeldAsync(begins, 1, 2));
    }

    [Fact]
    public async Task Answer_WhoseRequestBeganBeforeThePurge_IsAMissEverywhere()
    {
        var before = _here.Purges;
        await PurgeHereAsync(PurgeTag.Model("groq/llama"));
        await _there.StoreAsync(AnswerSamples.Answer(1), before);

        Assert.Equal("", await CacheBench.HeldAsync(_here, 1));
        Assert.Equal("", await CacheBench.HeldAsync(_there, 1));
    }

    [Fact]
    public async Task Purges_ThatRedisLost_AreWrittenBack()
    {
        await StoreAsync(1, caller: "x");
        await PurgeHereAsync(PurgeTag.Caller("x"));
        await StoreAsync(2, caller: "x");
        var before = await Database.HashGetAllAsync(PurgesKey);
        await Database.KeyDeleteAsync(PurgesKey);

        Assert.True(await _there.RefreshPurgesAsync(TestContext.Current.CancellationToken));
        Assert.Equal(before.ToHashSet(), (await Database.HashGetAllAsync(PurgesKey)).ToHashSet());
        Assert.Equal("2", await CacheBench.HeldAsync(await _bench.SiloAsync(), 1, 2));
    }

    [Fact]
    public async Task Purges_ThatNobodyKnowsAnyMore_AreAPurgeOfEverything()
    {
        await StoreAsync(1);
        await Database.KeyDeleteAsync(PurgesKey);

        Assert.Equal("", await CacheBench.HeldAsync(await _bench.SiloAsync(), 1));
    }

    [Fact]
    public async Task Purge_RightAfterRedisLostTheOthers_IsSeenInTheOtherSilo()
    {
        await StoreAsync(1, caller: "x");
        for (var times = 0; times < 3; times++)
        {
            await PurgeHereAsync(PurgeTag.Caller("x"));
        }

        await StoreAsync(2, caller: "x");
        Assert.Equal("2", await CacheBench.HeldAsync(_there, 1, 2));
        await Database.KeyDeleteAsync(PurgesKey);
        await PurgeHereAsync(PurgeTag.Caller("x"));
        Assert.Equal("", await CacheBench.HeldAsync(_there, 1, 2));
    }

    [Fact]
    public async Task Purge_WhenThePurgesCannotBeRead_IsToldAndStillInForceHere()
    {
        await StoreAsync(1);
        await Database.KeyDeleteAsync(PurgesKey);
        await Database.StringSetAsync(PurgesKey, "no hash");

        Assert.False(await _here.PurgeAsync(PurgeTag.All));
        Assert.Equal("", await CacheBench.HeldAsync(_here, 1));
        Assert.False(_here.IsRedisReached);
    }

    [Fact]
    public async Task LookUp_ThatRedisDoesNotAnswer_IsAMissWhenItsTimeIsOverAndNotBefore()
    {
        await using var cable = new Cable(await StartAsync());
        await using var bench = new CacheBench(cable.Connection, _prefix);
        var silo = await bench.SiloAsync();
        await StoreAsync(1);
        cable.Hold();

        var lookup = CacheBench.LookUpAsync(silo, 1).AsTask();
        bench.Time.Advance(AnswerCache.LookupTime - TimeSpan.FromTicks(1));
        Assert.False(lookup.IsCompleted);
        bench.Time.Advance(TimeSpan.FromTicks(1));
        var missed = await lookup;
        Assert.Equal((null, true), Of(missed));
        Assert.Equal(AnswerCache.LookupTime, missed.Took);
        Assert.Equal(1, bench.Metrics.Faults.Of("timeout"));

        cable.Release();
        Assert.Equal("1", await CacheBench.HeldAsync(silo, 1));
    }

    [Fact]
    public async Task LookUps_OfARedisThatDoesNotAnswer_CostNoTimeAfterTheFifth()
    {
        await using var cable = new Cable(await StartAsync());
        await using var bench = new CacheBench(cable.Connection, _prefix);
        var silo = await bench.SiloAsync();
        await StoreAsync(1);
        cable.Hold();
        for (var failures = 0; failures < LookupGate.MaxFailures; failures++)
        {
            await TimeOutAsync(bench, silo);
        }

        var skipped = CacheBench.LookUpAsync(silo, 1).AsTask();
        Assert.True(skipped.IsCompleted);
        Assert.Equal((null, true), Of(await skipped));
        bench.Time.Advance(LookupGate.Pause);
        await TimeOutAsync(bench, silo);

        cable.Release();
        bench.Time.Advance(LookupGate.Pause);
        Assert.Equal("1", await CacheBench.HeldAsync(silo, 1));
        Assert.Equal((6, 1), (bench.Metrics.Faults.Of("timeout"), bench.Metrics.Faults.Of("down")));
    }

    [Fact]
    public async Task LookUp_WhoseCallerLeaves_IsCancelled()
    {
        await using var cable = new Cable(await StartAsync());
        await using var bench = new CacheBench(cable.Connection, _prefix);
        var silo = await bench.SiloAsync();
        cable.Hold();
        using var caller = new CancellationTokenSource();

        var lookup = silo.FindAsync(AnswerSamples.Key(1), AnswerCache.LookupTime, caller.Token).AsTask();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lookup);
        Assert.Empty(bench.Metrics.Faults.Names);
    }

    /// <summary>Starts the server if it does not run yet, and gives its port.</summary>
    protected abstract Task<int> StartAsync();

    private static (CachedAnswer? Answer, bool Failed) Of(CacheLookup lookup) => (lookup.Answer, lookup.Failed);

    private static async Task TimeOutAsync(CacheBench bench, AnswerCache silo)
    {
        var lookup = CacheBench.LookUpAsync(silo, 1).AsTask();
        Assert.False(lookup.IsCompleted);
        bench.Time.Advance(AnswerCache.LookupTime);
        Assert.True((await lookup).Failed);
    }

    private RedisKey KeyOf(int key) => $"{_prefix}/cache/v1/{AnswerSamples.Key(key)}";

    private Task StoreAsync(int key, string body = "{}", string target = "groq/llama", string caller = "key-1") =>
        _here.StoreAsync(AnswerSamples.Answer(key, body, target, caller), _here.Purges);

    private async Task ChangeAsync(int key, Action<byte[]> change)
    {
        await StoreAsync(key);
        var value = (byte[])(await Database.StringGetAsync(KeyOf(key)))!;
        change(value);
        await Database.StringSetAsync(KeyOf(key), value);
    }

    private async Task AssertRefusedAsync(int key, string reason)
    {
        Assert.Equal((null, true), Of(await CacheBench.LookUpAsync(_there, key)));
        Assert.Equal([reason], _bench.Metrics.Faults.Names);
        Assert.Equal(1, _bench.Metrics.Faults.Of(reason));
    }

    private async Task PurgeHereAsync(PurgeTag tag)
    {
        Assert.True(await _here.PurgeAsync(tag));
        Assert.True(await _there.RefreshPurgesAsync(TestContext.Current.CancellationToken));
    }
}
