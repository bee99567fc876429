using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Tests.Quotas;

public class RollingCounterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Used_RandomArrivals_EqualsSumOverWindow(int seed)
    {
        var random = new Random(seed);
        var counter = new RollingCounter(TimeSpan.FromTicks(100));
        var arrivals = new List<(long At, long Amount)>();
        for (long now = 0; now < 5000; now += random.Next(0, 40))
        {
            var amount = random.Next(0, 5);
            counter.Add(At(now), amount);
            arrivals.Add((now, amount));
            var at = now + random.Next(0, 30);
            Assert.Equal(Brute(arrivals, at), counter.Used(At(at)));
            now = at;
        }
    }

    [Fact]
    public void Used_EntryExactlyOneWindowOld_HasLeft()
    {
        var counter = new RollingCounter(TimeSpan.FromTicks(100));
        counter.Add(At(5), 1);
        Assert.Equal(1, counter.Used(At(104)));
        Assert.Equal(0, counter.Used(At(105)));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void UntilAtMost_RandomArrivals_IsFirstMomentThatIsLowEnough(int seed)
    {
        var random = new Random(seed);
        var counter = new RollingCounter(TimeSpan.FromTicks(100));
        var arrivals = new List<(long At, long Amount)>();
        for (long now = 0; now < 2000; now += random.Next(0, 10))
        {
            arrivals.Add((now, random.Next(1, 4)));
            counter.Add(At(now), arrivals[^1].Amount);
            var level = random.Next(0, 20);
            var expected = Enumerable.Range(0, 101).First(wait => Brute(arrivals, now + wait) <= level);
            Assert.Equal(expected, counter.UntilAtMost(At(now), level).Ticks);
        }
    }

    private static long Brute(List<(long At, long Amount)> arrivals, long now) =>
        arrivals.Where(arrival => arrival.At > now - 100 && arrival.At <= now).Sum(arrival => arrival.Amount);

    private static Moment At(long ticks) => new(ticks, DateTimeOffset.UnixEpoch);
}
