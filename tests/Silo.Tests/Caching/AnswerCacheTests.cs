using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

/// <summary>What the store does without Redis.</summary>
public sealed class AnswerCacheTests : IAsyncDisposable
{
    private readonly CacheBench _bench = new("");

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Answer_Stored_IsFoundAtOnce()
    {
        var cache = _bench.Cache();
        Assert.True(cache.StoreAsync(AnswerSamples.Answer(1, "hello"), cache.Purges).IsCompletedSuccessfully);

        var found = await cache.FindAsync(AnswerSamples.Key(1), AnswerCache.LookupTime, TestContext.Current.CancellationToken);
        Assert.Equal(("hello", false), (AnswerSamples.TextOf(found.Answer), found.Failed));
        var missed = await cache.FindAsync(AnswerSamples.Key(2), AnswerCache.LookupTime, TestContext.Current.CancellationToken);
        Assert.Equal((null, false), (missed.Answer, missed.Failed));
        Assert.Equal((1, null), (cache.MemoryEntries, cache.IsRedisReached));
        Assert.Equal(MemoryLevel.SizeOf(found.Answer!), cache.MemoryBytes);
    }

    [Fact]
    public async Task Answer_Expires_UpToATenthOfItsLifeEarlier()
    {
        var cache = _bench.Cache();
        var lives = new List<TimeSpan>();
        for (var number = 0; number < 200; number++)
        {
            await cache.StoreAsync(AnswerSamples.Answer(number), cache.Purges);
            lives.Add((await CacheBench.FindAsync(cache, number))!.ExpiresAt - AnswerSamples.Now);
        }

        Assert.All(lives, life => Assert.InRange(life, TimeSpan.FromMinutes(54), TimeSpan.FromMinutes(60)));
        Assert.InRange(lives.Max() - lives.Min(), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
        _bench.Time.Advance(TimeSpan.FromMinutes(60));
        Assert.Null(await CacheBench.FindAsync(cache, 1));
    }

    [Fact]
    public async Task Answer_LargerThanAllowed_IsNotStored()
    {
        var cache = _bench.Cache();
        await cache.StoreAsync(AnswerSamples.Answer(1, new string('a', CacheBench.MaxEntryBytes + 1)), cache.Purges);
        await cache.StoreAsync(AnswerSamples.Answer(2, new string('a', CacheBench.MaxEntryBytes)), cache.Purges);

        Assert.Null(await CacheBench.FindAsync(cache, 1));
        Assert.NotNull(await CacheBench.FindAsync(cache, 2));
        Assert.Equal(1, _bench.Metrics.Faults.Of("too_large"));
    }

    [Fact]
    public async Task Purge_OfAModelOrCaller_TakesItsAnswersOnly()
    {
        var cache = _bench.Cache();
        await cache.StoreAsync(AnswerSamples.Answer(1, target: "groq/a", caller: "x"), cache.Purges);
        await cache.StoreAsync(AnswerSamples.Answer(2, target: "groq/b", caller: "x"), cache.Purges);
        await cache.StoreAsync(AnswerSamples.Answer(3, target: "groq/b", caller: ""), cache.Purges);

        Assert.True(await cache.PurgeAsync(PurgeTag.Model("groq/a")));
        Assert.Equal("2,3", await CacheBench.HeldAsync(cache, 1, 2, 3));
        Assert.True(await cache.PurgeAsync(PurgeTag.Caller("x")));
        Assert.Equal("3", await CacheBench.HeldAsync(cache, 1, 2, 3));
        Assert.True(await cache.PurgeAsync(PurgeTag.All));
        Assert.Equal("", await CacheBench.HeldAsync(cache, 1, 2, 3));
        Assert.Equal(0, cache.MemoryEntries);
    }

    [Fact]
    public async Task Answer_StoredAfterThePurge_IsHeldUnlessItsRequestBeganBefore()
    {
        var cache = _bench.Cache();
        var before = cache.Purges;
        await cache.PurgeAsync(PurgeTag.Model("groq/llama"));
        await cache.StoreAsync(AnswerSamples.Answer(1), before);
        await cache.StoreAsync(AnswerSamples.Answer(2), cache.Purges);

        Assert.Equal("2", await CacheBench.HeldAsync(cache, 1, 2));
    }

    [Fact]
    public async Task Purge_OfMoreTagsThanAreRemembered_TakesEverything()
    {
        var cache = _bench.Cache();
        for (var number = 0; number < PurgeBook.MaxTags; number++)
        {
            await cache.PurgeAsync(PurgeTag.Caller($"{number}"));
        }

        await cache.StoreAsync(AnswerSamples.Answer(1, caller: "other"), cache.Purges);
        await cache.PurgeAsync(PurgeTag.Caller("7"));
        Assert.Equal("1", await CacheBench.HeldAsync(cache, 1));
        await cache.PurgeAsync(PurgeTag.Caller("another"));
        Assert.Equal("", await CacheBench.HeldAsync(cache, 1));
        Assert.Equal(PurgeBook.MaxTags + 1, cache.Purges.Generations.Count);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("model:groq/llama:7b")]
    [InlineData("caller:model:x")]
    public void Tag_Written_IsReadAgain(string field) => Assert.Equal(field, PurgeTag.Parse(field).ToString());

    [Fact]
    public void Tag_OfAnotherName_IsNone() => Assert.Null(PurgeTag.Parse("tenant:1"));
}
