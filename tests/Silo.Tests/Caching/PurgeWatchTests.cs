using ThotNet.Gateway.Tests.Clustering;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

public sealed class PurgeWatchTests
{
    [Fact]
    public async Task Watch_LooksAtTheStartAndThenEverySecond()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var bench = new CacheBench(redis.Connection);
        var (watching, other) = (bench.Cache(), await bench.SiloAsync());
        using var watch = new PurgeWatch(watching, bench.Time);
        await watch.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => watching.IsRedisReached == true && watching.Purges.Of(PurgeTag.All) > 0);

        await other.PurgeAsync(PurgeTag.Caller("x"));
        Assert.Equal(0, watching.Purges.Of(PurgeTag.Caller("x")));
        await Eventually.TrueAsync(() =>
        {
            bench.Time.Advance(PurgeWatch.Period);
            return watching.Purges.Of(PurgeTag.Caller("x")) == 1;
        });
        await watch.StopAsync(TestContext.Current.CancellationToken);
    }
}
