using System.Text.Json.Nodes;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;

namespace ThotNet.Cluster.Tests.Quota;

public sealed class QuotaClusterTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly QuotaAmounts One = new(1, 0);
    private static readonly BudgetDefinition PerDay = new(BudgetMetric.Requests, 300, TimeSpan.FromDays(1), BudgetKind.Calendar);
    private static readonly BudgetDefinition PerMinute = new(BudgetMetric.Requests, 60, TimeSpan.FromMinutes(1), BudgetKind.Rolling);

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task ReserveAsync_AllSilosAtOnce_ReachTheLimitAndNeverPassIt(int silos)
    {
        await using var cluster = await ThotCluster.StartAsync(CatalogOf(PerDay), silos);
        var provider = new ProviderDouble(PerDay);
        var traffic = new Traffic(cluster, provider, "q");
        for (var round = 0; round < 60 && traffic.Sent < PerDay.Amount; round++)
        {
            await traffic.RunAsync(5 * Second);
        }

        await traffic.RunAsync(20 * Second);
        await traffic.DrainAsync();
        provider.AssertNoOverspend();
        Assert.Equal(PerDay.Amount, traffic.Sent);
        Assert.Equal((PerDay.Amount, 0), ((await Budget(cluster)).Used, (await Budget(cluster)).Outstanding));
        Assert.True(traffic.Refused.Last() is { Refusal: LeaseRefusal.Exhausted, DayExhausted: true });
    }

    [Fact]
    public async Task Stop_Graceful_ReturnsTheLeasesBeforeTheSiloLeaves()
    {
        await using var cluster = await ThotCluster.StartAsync(CatalogOf(PerDay));
        var stopping = cluster.AnySilo(await cluster.SiloOf(cluster.Quota("q")));
        var book = ThotCluster.BookOf(stopping);
        var traffic = new Traffic(cluster, new ProviderDouble(PerDay), "q");
        await traffic.RunUntilHeldAsync(book);
        Assert.True((await Budget(cluster)).Outstanding > 0);
        await cluster.StopAsync(stopping);
        Assert.Equal((traffic.Sent, 0), ((await Budget(cluster)).Used, (await Budget(cluster)).Outstanding));
    }

    [Fact]
    public async Task ReportEvidence_OneSiloThrottled_AllSilosStopWithinTwoSeconds()
    {
        await using var cluster = await ThotCluster.StartAsync(CatalogOf(PerDay));
        var traffic = new Traffic(cluster, new ProviderDouble(PerDay), "q");
        await traffic.RunAsync(3 * Second, each: 1);
        cluster.Books[0].ReportEvidence("q", new(TimeSpan.FromSeconds(30), "429"));
        await traffic.RunAsync(2 * Second, each: 1);
        var sent = traffic.Sent;
        await traffic.RunAsync(20 * Second, each: 1);
        Assert.Equal(sent, traffic.Sent);
        foreach (var book in cluster.Books)
        {
            var refused = await book.ReserveAsync("q", One, TestContext.Current.CancellationToken);
            Assert.Equal(LeaseRefusal.Closed, refused.Refusal);
            Assert.InRange(refused.RetryAfter.TotalSeconds, 1, 10);
        }

        await traffic.RunAsync(15 * Second, each: 1);
        Assert.InRange(traffic.Sent, sent + 1, PerDay.Amount);
    }

    [Theory]
    [InlineData(null, 0L)]
    [InlineData(20L, null)]
    public async Task ReportEvidence_ProviderHasLessThanWeThought_NoSiloSpendsMoreAfterTwoSeconds(long? limit, long? remaining)
    {
        await using var cluster = await ThotCluster.StartAsync(CatalogOf(PerMinute));
        var traffic = new Traffic(cluster, new ProviderDouble(PerMinute), "q");
        await traffic.RunAsync(2 * Second, each: 1);
        Assert.InRange(traffic.Sent, 10, PerMinute.Amount - 10);
        cluster.Books[1].ReportEvidence("q", new(TimeSpan.Zero, "headers")
        {
            Budgets = [new(BudgetMetric.Requests, PerMinute.Window, limit, remaining)],
        });
        await traffic.RunAsync(2 * Second, each: 1);
        var sent = traffic.Sent;
        await traffic.RunAsync(20 * Second, each: 1);
        Assert.Equal(sent, traffic.Sent);
        await traffic.RunAsync(90 * Second, each: 1);
        Assert.InRange(traffic.Sent, sent + 15, long.MaxValue);
    }

    [Fact]
    public async Task Quotas_LimitLoweredBelowWhatIsOut_NoOverspendOfTheNewOne_RaisedIsUsableAtOnce()
    {
        var lower = PerMinute with { Amount = 20 };
        await using var cluster = await ThotCluster.StartAsync(CatalogOf(PerMinute));
        var traffic = new Traffic(cluster, new ProviderDouble(PerMinute), "q");
        await traffic.RunAsync(2 * Second, each: 1);
        cluster.Catalog.Quotas.Replace([new("q", [lower])]);

        // What was granted before may still be spent until the silos hear of it; after that the new limit holds in every window that begins.
        await traffic.RunAsync(10 * Second, each: 1);
        var provider = new ProviderDouble(lower);
        var after = new Traffic(cluster, provider, "q");
        await after.RunAsync(150 * Second, each: 1);
        provider.AssertNoOverspend();
        Assert.InRange(after.Sent, 2 * lower.Amount, 3 * lower.Amount);

        cluster.Catalog.Quotas.Replace([new("q", [PerMinute])]);
        await after.RunAsync(6 * Second, each: 3);
        Assert.InRange(provider.Sum(BudgetMetric.Requests, cluster.Time.GetUtcNow() - (6 * Second), DateTimeOffset.MaxValue), 35, PerMinute.Amount);
    }

    [Fact]
    public async Task Questions_UnderLoad_AreAtMostOneASecondFromEachSiloAndNewsOfClosings()
    {
        await using var cluster = await ThotCluster.StartAsync(CatalogOf(PerDay with { Amount = 100_000 }));
        var traffic = new Traffic(cluster, new ProviderDouble(PerDay), "q");
        await traffic.RunAsync(10 * Second, each: 8);
        cluster.Books[0].ReportEvidence("q", new(3 * Second, "429"));
        await traffic.RunAsync(10 * Second, each: 8);
        Assert.InRange(traffic.Sent, 500, long.MaxValue);
        foreach (var silo in cluster.Calls.Questions.GroupBy(question => question.Request.Silo))
        {
            var paced = silo.Where(question => question.Request.Evidence is null).Select(question => question.At).Order().ToList();
            Assert.InRange(paced.Count, 8, 30);
            foreach (var (one, next) in paced.Zip(paced.Skip(1)))
            {
                Assert.True(next - one >= LeaseRules.Pace, $"{silo.Key} asked at {one:O} and at {next:O}");
            }
        }
    }

    [Fact]
    public async Task Activate_RecordOfVersion1_KeepsWhatWasSpent()
    {
        await using var cluster = await ThotCluster.StartAsync(CatalogOf(PerDay));
        await cluster.DeactivateAsync("q");
        var at = new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        cluster.Storage.Put("q", new JsonObject
        {
            ["Version"] = 1,
            ["Author"] = "S127.0.0.1:11111:1",
            ["LastLease"] = 7,
            ["ClosedUntil"] = "0001-01-01T00:00:00+00:00",
            ["ClosedReason"] = null,
            ["Leases"] = new JsonArray(new JsonObject
            {
                ["Id"] = 7,
                ["Silo"] = "S127.0.0.1:11111:1",
                ["GrantedAt"] = cluster.Time.GetUtcNow() - Second,
                ["Lifetime"] = "00:00:05",
                ["Amounts"] = new JsonObject { ["Requests"] = 10, ["Tokens"] = 0 },
                ["Used"] = new JsonObject { ["Requests"] = 4, ["Tokens"] = 0 },
                ["LastUse"] = "00:00:00",
                ["Closed"] = false,
                ["Slack"] = "00:00:00",
            }),
            ["Silos"] = new JsonArray(),
            ["Settled"] = new JsonObject
            {
                ["Requests/Calendar/1.00:00:00/UTC"] = new JsonArray(new JsonObject { ["At"] = at, ["Amount"] = 90 }),
            },
        }.ToJsonString());
        Assert.Equal(200, (await Budget(cluster)).Remaining);
        var traffic = new Traffic(cluster, new ProviderDouble(PerDay), "q");
        await traffic.RunAsync(60 * Second);
        Assert.InRange(traffic.Sent, 190, 200);
        Assert.Equal(QuotaState.CurrentVersion, JsonNode.Parse(cluster.Storage.Read("q"))!["Version"]!.GetValue<int>());
    }

    private static Catalog CatalogOf(params BudgetDefinition[] budgets) => new([], [new("q", [.. budgets])]);

    private static async Task<BudgetSnapshot> Budget(ThotCluster cluster) => (await cluster.Quota("q").GetSnapshot()).Budgets[0];
}
