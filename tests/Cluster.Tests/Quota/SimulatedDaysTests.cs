using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;

namespace ThotNet.Cluster.Tests.Quota;

/// <summary>
/// Three days of a cluster, with the night in which Los Angeles' clocks go back. Nobody asks for most of the time, and time jumps over it; when
/// somebody does, it goes on second by second.
/// </summary>
public sealed class SimulatedDaysTests
{
    private const int Seed = 20261101;
    private const string Pacific = "America/Los_Angeles";
    private const double Goal = 0.97;

    // With steps of a second what was spent is free again after 62 s: it counts as received a second late, and the first step after its window is another
    // second late. In this time that makes 42 windows; one second more in each, and it is 41, which is below the goal.
    private const int LongMinutes = 43;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly BudgetDefinition RequestsAMinute = new(BudgetMetric.Requests, 20, Minute, BudgetKind.Rolling);
    private static readonly BudgetDefinition RequestsLeaky = new(BudgetMetric.Requests, 30, Minute, BudgetKind.LeakyBucket);
    private static readonly BudgetDefinition TokensADay = new(BudgetMetric.Tokens, 200_000, Day, BudgetKind.Calendar, Pacific);

    private static readonly QuotaDefinition[] Quotas =
    [
        new("rolling", [RequestsAMinute, new(BudgetMetric.Requests, 3000, Day, BudgetKind.Calendar)]),
        new("leaky", [RequestsLeaky]),
        new("daily", [RequestsAMinute with { Amount = 15 }, TokensADay]),
    ];

    // All of UTC. Midnight in Los Angeles is at 7:00, and after the first of November at 8:00.
    private static readonly Episode[] Episodes =
    [
        new(At(10, 31, 6, 40), LongMinutes, Busy: true),
        new(At(11, 1, 6, 40), LongMinutes, Busy: true),
        new(At(11, 1, 8, 45), 30, Busy: true, Faulty: true),
        new(At(11, 1, 20, 0), 15, Busy: false),
        new(At(11, 2, 6, 50), 20, Busy: true, Faulty: true),
        new(At(11, 2, 7, 40), LongMinutes, Busy: true),
        new(At(11, 2, 18, 0), 20, Busy: false),
        new(At(11, 3, 7, 40), LongMinutes, Busy: true),
    ];

    private readonly Random _random = new(Seed);

    [Fact]
    public async Task ThreeDays_FaultsAtRandom_NothingOverspentAndWhatWasWantedUsed()
    {
        await using var cluster = await ThotCluster.StartAsync(new Catalog([], [.. Quotas]), start: Episodes[0].Start - Minute);
        foreach (var silo in cluster.Silos)
        {
            ThotCluster.ClockOf(silo).Ahead = AnyOffset();
        }

        DayTraffic[] traffic = [.. Quotas.Select(quota =>
            new DayTraffic(cluster, _random, quota.Key, new([.. quota.Budgets]), new(1, 600)))];
        List<(DayTraffic Traffic, Episode Episode, int Served)> results = [];
        foreach (var episode in Episodes)
        {
            cluster.Time.SetUtcNow(episode.Start);
            var served = traffic.Select(one => one.Served).ToArray();
            await RunAsync(cluster, traffic, episode);
            await EndAsync(cluster, traffic);
            results.AddRange(traffic.Zip(served, (one, before) => (one, episode, one.Served - before)));
        }

        Assert.All(traffic, one => one.Provider.AssertNoOverspend());
        Assert.All(results, result => AssertUsed(result.Traffic, result.Episode, result.Served));

        // The days without faults.
        AssertDayUsed(traffic[2], At(10, 31, 7, 0), At(11, 1, 7, 0));
        AssertDayUsed(traffic[2], At(11, 2, 8, 0), At(11, 3, 8, 0));
    }

    private static DateTimeOffset At(int month, int day, int hour, int minute) => new(2026, month, day, hour, minute, 0, TimeSpan.Zero);

    private static void AssertUsed(DayTraffic traffic, Episode episode, int served)
    {
        if (episode.Faulty || traffic.Quota == "daily")
        {
            return;
        }

        // A bucket is full when an episode begins, and drains in it.
        var most = traffic.Quota == "rolling" ? RequestsAMinute.Amount * episode.Minutes : RequestsLeaky.Amount * (episode.Minutes + 1);
        var wanted = episode.Busy ? most : episode.Minutes * 60 / Episode.CalmSeconds;
        Assert.True(served >= Goal * wanted, $"{traffic.Quota}: {served} of {wanted} in {episode}");
    }

    private static void AssertDayUsed(DayTraffic traffic, DateTimeOffset from, DateTimeOffset to)
    {
        var used = traffic.Provider.Sum(BudgetMetric.Tokens, from, to);
        Assert.True(used >= Goal * TokensADay.Amount, $"{used} of {TokensADay.Amount} tokens of the day from {from:O}");
    }

    private async Task RunAsync(ThotCluster cluster, DayTraffic[] traffic, Episode episode)
    {
        for (var second = 0; second < episode.Minutes * 60; second++)
        {
            foreach (var one in traffic)
            {
                Wish(cluster, one, episode, second);
            }

            await StepAsync(cluster, traffic);
            if (episode.Faulty)
            {
                await HarmAsync(cluster, second);
            }
        }

        cluster.Storage.Fault = StorageFault.None;
    }

    private void Wish(ThotCluster cluster, DayTraffic traffic, Episode episode, int second)
    {
        if (episode.Busy)
        {
            foreach (var book in cluster.Books)
            {
                traffic.Wish(book);
            }
        }
        else if (second % Episode.CalmSeconds == 0)
        {
            traffic.Wish(cluster.Books[_random.Next(cluster.Books.Count)]);
        }
    }

    // Faults of the store for some seconds now and then; in the middle of an episode a silo dies, and some minutes later another comes.
    private async Task HarmAsync(ThotCluster cluster, int second)
    {
        if (second % 40 == 0)
        {
            cluster.Storage.Fault = second % 120 == 0 ? (StorageFault)_random.Next(1, 5) : StorageFault.None;
        }

        if (second == 300)
        {
            await cluster.KillAsync(cluster.Silos[_random.Next(cluster.Silos.Count)]);
        }

        if (second == 700)
        {
            ThotCluster.ClockOf(await cluster.StartSiloAsync()).Ahead = AnyOffset();
        }
    }

    private static async Task EndAsync(ThotCluster cluster, DayTraffic[] traffic)
    {
        for (var second = 0; second < 60 || !Array.TrueForAll(traffic, one => one.IsQuiet); second++)
        {
            await StepAsync(cluster, traffic);
        }
    }

    private static async Task StepAsync(ThotCluster cluster, DayTraffic[] traffic)
    {
        await cluster.StepAsync(Second);
        foreach (var one in traffic)
        {
            one.Step();
        }
    }

    // A clock may be wrong by a second, either way.
    private TimeSpan AnyOffset() => TimeSpan.FromMilliseconds(_random.Next(-1000, 1001));

    private sealed record Episode(DateTimeOffset Start, int Minutes, bool Busy, bool Faulty = false)
    {
        public const int CalmSeconds = 6;
    }
}
