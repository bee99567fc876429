using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;
using static ThotNet.Routing.Tests.Quota.LedgerFixture;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>What a ledger makes of a provider's own words about its limits.</summary>
public sealed class ProviderEvidenceTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Remaining_LessThanOurs_IsUsedByOthersUntilTheWindowHasPassed()
    {
        var fixture = new LedgerFixture(PerMinute(100));
        fixture.Use("a", 10, lastUse: 0);
        Assert.True(fixture.Ask("a", 0, evidence: Said(remaining: 60)).MustStore);
        Assert.Equal((40, 60, 30), (fixture.Snapshot().Used, fixture.Snapshot().Remaining, fixture.Snapshot().UsedByOthers));
        fixture.Pass(60.1);
        Assert.Equal((0, 100, 0), (fixture.Snapshot().Used, fixture.Snapshot().Remaining, fixture.Snapshot().UsedByOthers));
    }

    [Fact]
    public void Remaining_MoreThanOurs_RaisesNothing()
    {
        var fixture = new LedgerFixture(PerMinute(100));
        fixture.Use("a", 10, lastUse: 0);
        Assert.False(fixture.Ask("a", 0, evidence: Said(remaining: 95)).MustStore);
        Assert.Equal(90, fixture.Snapshot().Remaining);
    }

    [Fact]
    public void Remaining_OtherMetricOrWindow_ChangesNothing()
    {
        var fixture = new LedgerFixture(PerMinute(100));
        Assert.False(fixture.Ask("a", 0, evidence: Said(0) with { Budgets = [new(BudgetMetric.Tokens, Minute, null, 0), new(BudgetMetric.Requests, 2 * Minute, null, 0)] }).MustStore);
        Assert.Equal(100, fixture.Snapshot().Remaining);
    }

    [Fact]
    public void Remaining_RefundsSinceItWasSaid_AreNotTakenForForeignUse()
    {
        var fixture = new LedgerFixture(TokensPerMinute(1000));
        var lease = fixture.Ask("a", 1, 800).Answer.Lease!;
        LeaseReport settled = new(lease.Id, new(1, 100), TimeSpan.Zero, true, true, new(0, 700));
        fixture.Ask("a", 0, reports: [settled], evidence: SaidOfTokens(200));
        Assert.Equal((100, 0), (fixture.Snapshot().Used, fixture.Snapshot().UsedByOthers));
        fixture.Pass(3);
        fixture.Ask("b", 0, evidence: SaidOfTokens(200, age: 2.5));
        Assert.Equal(0, fixture.Snapshot().UsedByOthers);
        fixture.Ask("b", 0, evidence: SaidOfTokens(200, age: 1));
        Assert.Equal((800, 700), (fixture.Snapshot().Used, fixture.Snapshot().UsedByOthers));
    }

    [Theory]
    [InlineData(BudgetKind.Rolling)]
    [InlineData(BudgetKind.LeakyBucket)]
    public void Remaining_WhatHasLeftSinceItWasSaid_IsNotTakenForForeignUse(BudgetKind kind)
    {
        var fixture = new LedgerFixture(new BudgetDefinition(BudgetMetric.Requests, 60, Minute, kind));
        fixture.Use("a", 30, lastUse: 0);
        var told = kind == BudgetKind.Rolling ? 59.9 : 1;
        fixture.Pass(told);
        var said = fixture.Snapshot().Remaining;
        fixture.Pass(3);
        fixture.Ask("b", 0);
        Assert.True(fixture.Snapshot().Remaining > said);
        fixture.Ask("b", 0, evidence: Said(said, age: 3));
        Assert.Equal(0, fixture.Snapshot().UsedByOthers);
    }

    [Fact]
    public void Remaining_SaidBeforeALeaseLeftTheWindowUnsettled_IsOurOwnUse()
    {
        var fixture = new LedgerFixture(PerMinute(20));
        var lease = fixture.Ask("a", 3).Answer.Lease!;
        fixture.Tell("a", Closed(lease, 3, lastUse: 7));
        fixture.Pass(67.5);
        fixture.Ask("a", 0, evidence: Said(17, age: 1));
        Assert.Equal((0, 20), (fixture.Snapshot().UsedByOthers, fixture.Snapshot().Remaining));
    }

    [Theory]
    [InlineData(600, 0)]
    [InlineData(570, 20)]
    public void Remaining_LeaseReturnsLateAfterItDrainedInPart_OnlyWhatWasLeftOfItCounts(long remaining, long others)
    {
        var fixture = new LedgerFixture(Leaky(BudgetMetric.Requests, 600, Minute));
        var lease = fixture.Ask("a", 50).Answer.Lease!;
        fixture.Pass(17);
        Assert.Equal(30, fixture.Snapshot().Outstanding);
        fixture.Ask("b", 0, evidence: Said(remaining));
        fixture.Tell("a", Settled(lease, 0, 0));
        Assert.Equal((others, others), (fixture.Snapshot().UsedByOthers, fixture.Snapshot().Used));
    }

    [Fact]
    public void Remaining_SaidLongAgo_IsNotHeard()
    {
        var fixture = new LedgerFixture(PerMinute(100));
        fixture.Pass(20);
        fixture.Ask("a", 0, evidence: Said(remaining: 3, age: 9.5));
        Assert.Equal(100, fixture.Snapshot().Remaining);
        fixture.Ask("a", 0, evidence: Said(remaining: 3, age: 8.5));
        Assert.Equal(3, fixture.Snapshot().Remaining);
    }

    [Fact]
    public void Remaining_LeasesOutMaySpendMore_RevokesThemAndChargesWhatTheyReturn()
    {
        var fixture = new LedgerFixture(PerMinute(100));
        var lease = fixture.Ask("a", 50).Answer.Lease!;
        var answer = fixture.Ask("b", 0, evidence: Said(remaining: 20)).Answer;
        Assert.Equal(lease.Id, answer.RevokedThrough);
        Assert.Equal(20, fixture.Snapshot().Remaining);
        fixture.Tell("a", Settled(lease, 10, 1));
        Assert.Equal((80, 20, 70), (fixture.Snapshot().Used, fixture.Snapshot().Remaining, fixture.Snapshot().UsedByOthers));
    }

    [Fact]
    public void Remaining_LeaseReturnsRefunds_TheyAreNotTakenForForeignUse()
    {
        var fixture = new LedgerFixture(TokensPerMinute(1000));
        var lease = fixture.Ask("a", 1, 1000).Answer.Lease!;
        fixture.Ask("a", 0, evidence: SaidOfTokens(200));
        fixture.Tell("a", new LeaseReport(lease.Id, new(1, 100), TimeSpan.Zero, true, true, new(0, 700)));
        Assert.Equal((100, 0), (fixture.Snapshot().Used, fixture.Snapshot().UsedByOthers));
    }

    [Fact]
    public void Remaining_SaidBeforeTheCalendarWindow_ChangesNothing()
    {
        var fixture = new LedgerFixture(new BudgetDefinition(BudgetMetric.Requests, 100, Minute, BudgetKind.Calendar));
        fixture.Pass(5);
        fixture.Ask("a", 0, evidence: Said(remaining: 3, age: 5));
        Assert.Equal(100, fixture.Snapshot().Remaining);
        fixture.Ask("a", 0, evidence: Said(remaining: 3, age: 3));
        Assert.Equal(3, fixture.Snapshot().Remaining);
    }

    [Fact]
    public void Remaining_SaidBeforeATakeOver_IsNotHeard()
    {
        var fixture = new LedgerFixture(PerMinute(100));
        fixture.Ledger.TakeOver("first");
        var ledger = new QuotaLedger(fixture.Definition, fixture.State, false, fixture.Now);
        ledger.TakeOver("second");
        fixture.Pass(3);
        ledger.Renew(fixture.Request("a", 0, evidence: Said(remaining: 3, age: 2.5)), [], fixture.Now);
        Assert.Equal(100, ledger.Snapshot(fixture.Now).Budgets[0].Remaining);
        ledger.Renew(fixture.Request("a", 0, evidence: Said(remaining: 3, age: 1.5)), [], fixture.Now);
        Assert.Equal(3, ledger.Snapshot(fixture.Now).Budgets[0].Remaining);
    }

    [Theory]
    [InlineData(BudgetKind.Rolling)]
    [InlineData(BudgetKind.Calendar)]
    [InlineData(BudgetKind.LeakyBucket)]
    public void Limit_BelowOurs_IsKeptToUntilAnotherIsSaid(BudgetKind kind)
    {
        var fixture = new LedgerFixture(new BudgetDefinition(BudgetMetric.Requests, 100, Minute, kind));
        fixture.Use("a", 10, lastUse: 0);
        fixture.Ask("a", 0, evidence: Said(limit: 30));
        Assert.Equal((20, 30L), (fixture.Snapshot().Remaining, fixture.Snapshot().ProviderLimit));
        Assert.Equal(LeaseRefusal.TooLarge, fixture.Ask("a", 31).Answer.Refusal);
        fixture.Ask("a", 0, evidence: Said(limit: 300));
        Assert.Equal((90, null), (fixture.Snapshot().Remaining, fixture.Snapshot().ProviderLimit));
    }

    [Fact]
    public void Limit_NotSaidForADay_IsForgotten()
    {
        var fixture = new LedgerFixture(PerMinute(100));
        fixture.Ask("a", 0, evidence: Said(limit: 30));
        fixture.Pass(86_399);
        Assert.Equal(30, fixture.Snapshot().Remaining);
        fixture.Pass(1);
        Assert.Equal(100, fixture.Snapshot().Remaining);
    }

    [Fact]
    public void Limit_BelowWhatIsOut_Revokes()
    {
        var fixture = new LedgerFixture(PerMinute(100));
        var lease = fixture.Ask("a", 50).Answer.Lease!;
        Assert.Equal(lease.Id, fixture.Ask("b", 0, evidence: Said(limit: 30)).Answer.RevokedThrough);
    }

    [Fact]
    public void Closing_AnyQuestion_IsToldForHowLong()
    {
        var fixture = new LedgerFixture(PerMinute(100));
        fixture.Ask("a", 0, evidence: new(TimeSpan.FromSeconds(30), "429"));
        fixture.Pass(10);
        Assert.Equal(TimeSpan.FromSeconds(20), fixture.Ask("b", 0).Answer.ClosedFor);
    }

    private static QuotaEvidence Said(long? remaining = null, long? limit = null, double age = 0) => new(TimeSpan.Zero, "headers")
    {
        Budgets = [new(BudgetMetric.Requests, Minute, limit, remaining, TimeSpan.FromSeconds(age))],
    };

    private static QuotaEvidence SaidOfTokens(long remaining, double age = 0) =>
        new(TimeSpan.Zero, "headers") { Budgets = [new(BudgetMetric.Tokens, Minute, null, remaining, TimeSpan.FromSeconds(age))] };
}
