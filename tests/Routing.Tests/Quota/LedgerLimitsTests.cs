using System.Text.Json;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;
using static ThotNet.Routing.Tests.Quota.LedgerFixture;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>Every metric, limits that change while leases are out, clocks that go backwards, and what is stored.</summary>
public sealed class LedgerLimitsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(BudgetMetric.Requests)]
    [InlineData(BudgetMetric.Tokens)]
    [InlineData(BudgetMetric.InputTokens)]
    [InlineData(BudgetMetric.OutputTokens)]
    [InlineData(BudgetMetric.Cost)]
    public void Renew_AnyMetric_CountsItAlone(BudgetMetric metric)
    {
        var fixture = new LedgerFixture(new BudgetDefinition(metric, 100, Minute, BudgetKind.Rolling));
        var lease = Take(fixture, 60)!;
        Assert.Equal(60, lease.Amounts.Of(metric));
        Assert.Equal(40, fixture.Snapshot().Remaining);
        fixture.Tell("a", new LeaseReport(lease.Id, new(1, 2, 3, 4, 5, 0), TimeSpan.Zero, true, true));
        Assert.Equal(100 - new QuotaAmounts(1, 2, 3, 4, 5).Of(metric), fixture.Snapshot().Remaining);
    }

    [Fact]
    public void Concurrent_SettledRequests_FreeTheirPlacesAndThoseInFlightHoldThem()
    {
        var fixture = new LedgerFixture(Concurrent(10));
        var lease = Take(fixture, 10)!;
        Assert.Null(Take(fixture, 1, "b"));
        fixture.Tell("a", new LeaseReport(lease.Id, new(50, 0, 0, 0, 0, 3), TimeSpan.Zero, true, false));
        Assert.Equal((3, 0, 7), (fixture.Snapshot().Used, fixture.Snapshot().Outstanding, fixture.Snapshot().Remaining));
        fixture.Tell("a", new LeaseReport(lease.Id, new(50, 0), TimeSpan.Zero, true, true));
        Assert.Equal(10, fixture.Snapshot().Remaining);
    }

    [Fact]
    public void Concurrent_SiloSilentForTheWindow_FreesItsPlaces()
    {
        var fixture = new LedgerFixture(Concurrent(10));
        var lease = Take(fixture, 10)!;
        fixture.Pass(50);
        fixture.Tell("a", new LeaseReport(lease.Id, new(4, 0, 0, 0, 0, 4), TimeSpan.Zero, true, false));
        fixture.Pass(59.9);
        Assert.Equal(6, fixture.Snapshot().Remaining);
        fixture.Pass(0.1);
        Assert.Equal(10, fixture.Snapshot().Remaining);
        Assert.Empty(fixture.State.Leases);
    }

    [Fact]
    public void Redefine_LoweredBelowWhatIsOut_RevokesAndGrantsNothingUntilEnoughCameBack()
    {
        var fixture = new LedgerFixture(PerMinute(100));
        var lease = fixture.Ask("a", 50).Answer.Lease!;
        Redefine(fixture, PerMinute(20));
        var answer = fixture.Ask("b", 1);
        Assert.Equal((LeaseRefusal.Exhausted, lease.Id), (answer.Answer.Refusal, answer.Answer.RevokedThrough));
        Assert.True(answer.MustStore);
        Assert.Equal(LeaseRefusal.Exhausted, fixture.Ask("b", 6, reports: null).Answer.Refusal);
        fixture.Tell("a", Settled(lease, 15, 1));
        Assert.Equal(5, fixture.Ask("b", 5).Answer.Lease!.Amounts.Requests);
        Assert.Equal(LeaseRefusal.Exhausted, fixture.Ask("b", 1).Answer.Refusal);
    }

    [Fact]
    public void Redefine_Raised_IsUsableAtOnceAndRevokesNothing()
    {
        var fixture = new LedgerFixture(PerMinute(20));
        fixture.Use("a", 20, lastUse: 0);
        Redefine(fixture, PerMinute(50));
        var answer = fixture.Ask("a", 30).Answer;
        Assert.Equal((30, 0), (answer.Lease!.Amounts.Requests, answer.RevokedThrough));
    }

    [Theory]
    [InlineData(BudgetKind.Rolling, BudgetKind.Calendar, 20)]
    [InlineData(BudgetKind.Rolling, BudgetKind.LeakyBucket, 20)]
    [InlineData(BudgetKind.Calendar, BudgetKind.Rolling, 20)]
    [InlineData(BudgetKind.Calendar, BudgetKind.LeakyBucket, 20)]
    [InlineData(BudgetKind.LeakyBucket, BudgetKind.Rolling, 20)]
    [InlineData(BudgetKind.LeakyBucket, BudgetKind.Calendar, 20)]
    public void Redefine_OtherKind_StillCountsWhatWasSpent(BudgetKind before, BudgetKind after, long used)
    {
        var fixture = new LedgerFixture(new BudgetDefinition(BudgetMetric.Requests, 100, Minute, before));
        fixture.Pass(10);
        fixture.Use("a", used, lastUse: 0);
        Redefine(fixture, new BudgetDefinition(BudgetMetric.Requests, 100, Minute, after));
        Assert.InRange(fixture.Snapshot().Used, used, used + 101);
    }

    [Fact]
    public void Redefine_NewBudgetOnAMetricThatHadNone_RevokesLeasesWithoutBound()
    {
        var fixture = new LedgerFixture(PerMinute(100));
        var lease = fixture.Ask("a", 5).Answer.Lease!;
        Redefine(fixture, PerMinute(100), TokensPerMinute(1000));
        Assert.Equal(lease.Id, fixture.Ask("b", 0).Answer.RevokedThrough);
        Assert.Equal(0, fixture.Snapshot(1).Remaining);
        fixture.Tell("a", new LeaseReport(lease.Id, new(5, 300), TimeSpan.Zero, true, true));
        Assert.Equal(700, fixture.Snapshot(1).Remaining);
    }

    [Fact]
    public void Renew_ClockSetBack_CountsOnFromTheLatestMoment()
    {
        var fixture = new LedgerFixture(PerMinute(10));
        fixture.Use("a", 10, lastUse: 0);
        fixture.Pass(50);
        fixture.Ask("a", 0);
        fixture.Pass(-300);
        Assert.InRange(fixture.Ask("a", 1).Answer.RetryAfter.TotalSeconds, 10, 10.1);
    }

    [Fact]
    public void SmallBudget_ExactMoments_LoseNothing()
    {
        var fixture = new LedgerFixture(PerMinute(20));
        for (var request = 0; request < 20; request++)
        {
            fixture.Use("a", 1, lastUse: 0);
            fixture.Pass(0.137);
        }

        Assert.InRange(fixture.Ask("a", 1).Answer.RetryAfter.TotalSeconds, 60 - 2.74, 60 - 2.74 + 0.003);
    }

    [Fact]
    public void State_OfVersion1_CountsOnAndIsStoredAsVersion2()
    {
        const string json = """
            {"Version":1,"Author":"S1","LastLease":1782907200000000,"ClosedUntil":"0001-01-01T00:00:00+00:00","ClosedReason":null,
            "Leases":[{"Id":1782907200000000,"Silo":"a","GrantedAt":"2026-07-01T12:00:00+00:00","Lifetime":"00:00:05","Amounts":{"Requests":4,"Tokens":100},
            "Used":{"Requests":0,"Tokens":0},"LastUse":"00:00:00","Closed":false,"Slack":"00:00:00"}],
            "Silos":[{"Silo":"a","Sequence":1,"SeenAt":"2026-07-01T12:00:00+00:00","Lease":1782907200000000,"Refusal":0,
            "RetryAt":"2026-07-01T12:00:00+00:00","DayExhausted":false}],
            "Settled":{"Requests/Rolling/00:01:00":[{"At":1782907190000,"Amount":7}]}}
            """;
        var state = JsonSerializer.Deserialize<QuotaState>(json)!;
        var now = new DateTimeOffset(2026, 7, 1, 12, 0, 1, TimeSpan.Zero);
        var ledger = new QuotaLedger(new("q", [PerMinute(20), new(BudgetMetric.InputTokens, 300, Minute, BudgetKind.Rolling)]), state, false, now);
        Assert.Equal((9, 200), (ledger.Snapshot(now).Budgets[0].Remaining, ledger.Snapshot(now).Budgets[1].Remaining));
        Assert.Equal(2, state.Version);
    }

    /// <summary>Five budgets, ten silos, a lease each second a silo: what is written with each grant.</summary>
    [Fact]
    public void State_BusyQuota_IsBelow40000Bytes()
    {
        var fixture = new LedgerFixture(
            PerMinute(100_000), PerDay(10_000_000), TokensPerMinute(10_000_000),
            new(BudgetMetric.Cost, 1_000_000, TimeSpan.FromHours(1), BudgetKind.Rolling), Concurrent(1000));
        var most = 0;
        for (var second = 0; second < 300; second++)
        {
            for (var silo = 0; silo < 10; silo++)
            {
                var name = $"S10.0.0.{silo}:11111:123456789";
                var lease = fixture.Send(fixture.Request(name, 10, 100)).Answer.Lease!;
                fixture.Tell(name, new LeaseReport(lease.Id, new(10, 100, 50, 50, 5), TimeSpan.FromSeconds(0.3), true, silo % 2 == 0));
                fixture.Pass(0.1);
            }

            most = Math.Max(most, second % 50 == 0 ? JsonSerializer.SerializeToUtf8Bytes(fixture.State).Length : 0);
            fixture.State.Leases.FindAll(lease => lease.GrantedAt < fixture.Now.AddSeconds(-3))
                .ForEach(lease => fixture.Tell(lease.Silo, new LeaseReport(lease.Id, lease.Used, lease.LastUse, true, true)));
        }

        Assert.InRange(most, 1_000, 40_000);
    }

    private static BudgetDefinition Concurrent(long amount) => new(BudgetMetric.ConcurrentRequests, amount, Minute, BudgetKind.Rolling);

    private static void Redefine(LedgerFixture fixture, params BudgetDefinition[] budgets) =>
        fixture.Ledger.Redefine(new("provider/test/default", [.. budgets]), fixture.Now);

    private static Lease? Take(LedgerFixture fixture, long each, string silo = "a")
    {
        QuotaAmounts amounts = new(each, each, each, each, each, each);
        return fixture.Send(fixture.Request(silo, 0) with { Wanted = amounts, Least = amounts }).Answer.Lease;
    }
}
