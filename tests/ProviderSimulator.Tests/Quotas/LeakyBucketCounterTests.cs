using System.Numerics;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Tests.Quotas;

public class LeakyBucketCounterTests
{
    /// <summary>The observed rows of wire.md 3.2: limit, used, requested, window in seconds, wait in milliseconds.</summary>
    [Theory]
    [InlineData(6000, 5034, 1443, 60, 4770)]
    [InlineData(100_000, 97_050, 3619, 86_400, 578_016)]
    [InlineData(30, 30, 1, 60, 2000)]
    [InlineData(14_400, 1, 14_400, 86_400, 6000)]
    [InlineData(1000, 2, 1000, 86_400, 172_800)]
    [InlineData(6000, 157, 6000, 60, 1570)]
    public void UntilAtMost_ObservedCases_FollowFormula(long limit, long used, long requested, int window, int wait)
    {
        var counter = new LeakyBucketCounter(limit, TimeSpan.FromSeconds(window));
        counter.Add(At(0), used);
        Assert.Equal(TimeSpan.FromMilliseconds(wait), counter.UntilAtMost(At(0), limit - requested));
    }

    [Theory]
    [InlineData(1, 7, 600)]
    [InlineData(2, 30, 6000)]
    [InlineData(3, 13, 977)]
    public void Used_RandomArrivals_EqualsExactRationalLevel(int seed, long limit, long windowTicks)
    {
        var random = new Random(seed);
        var counter = new LeakyBucketCounter(limit, TimeSpan.FromTicks(windowTicks));
        var level = BigInteger.Zero; // In units of 1/windowTicks.
        long now = 0;
        for (var i = 0; i < 3000; i++)
        {
            var step = random.Next(0, 50);
            now += step;
            level = BigInteger.Max(0, level - (step * limit));
            Assert.Equal((long)((level + windowTicks - 1) / windowTicks), counter.Used(At(now)));
            var amount = random.Next(0, 3);
            counter.Add(At(now), amount);
            level += amount * windowTicks;
        }
    }

    [Fact]
    public void UntilAtMost_WaitedExactlySoLong_IsLowEnough()
    {
        var random = new Random(9);
        var counter = new LeakyBucketCounter(7, TimeSpan.FromTicks(1003));
        long now = 0;
        for (var i = 0; i < 500; i++)
        {
            counter.Add(At(now += random.Next(0, 60)), random.Next(0, 4));
            var level = random.Next(0, 7);
            now += counter.UntilAtMost(At(now), level).Ticks;
            Assert.True(counter.Used(At(now)) <= level);
        }
    }

    private static Moment At(long ticks) => new(ticks, DateTimeOffset.UnixEpoch);
}
