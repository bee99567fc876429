using System.Text.Json;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;
using static ThotNet.Routing.Tests.Quota.LedgerFixture;

namespace ThotNet.Routing.Tests.Quota;

public sealed class QuotaLedgerTests
{
    [Fact]
    public void Renew_Room_GrantsWhatIsWanted()
    {
        var fixture = new LedgerFixture(PerMinute(100));
        var (answer, mustStore) = fixture.Ask("a", 10);
        Assert.Equal(10, answer.Lease!.Amounts.Requests);
        Assert.Equal(LeaseSizing.Unlimited, answer.Lease.Amounts.Tokens);
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Lease.Lifetime);
        Assert.True(mustStore);
        Assert.Equal((0, 10, 90), (fixture.Snapshot().Used, fixture.Snapshot().Outstanding, fixture.Snapshot().Remaining));
    }

    [Fact]
    public void Renew_SmallBudgetAndTwoSilos_GrantsAQuarterOfTheRest()
    {
        var fixture = new LedgerFixture(PerMinute(20));
        Assert.Equal(10, fixture.Ask("a", 100, least: 1).Answer.Lease!.Amounts.Requests);
        Assert.Equal(2, fixture.Ask("b", 100, least: 1).Answer.Lease!.Amounts.Requests);
        Assert.Equal(4, fixture.Ask("b", 100, least: 4).Answer.Lease!.Amounts.Requests);
    }

    [Fact]
    public void Renew_SiloSilentForThirtySeconds_NoLongerHasAShare()
    {
        var fixture = new LedgerFixture(PerMinute(80));
        fixture.Ask("a", 0);
        fixture.Pass(31);
        Assert.Equal(40, fixture.Ask("b", 100, least: 1).Answer.Lease!.Amounts.Requests);
    }

    [Fact]
    public void Renew_SeveralBudgets_GrantsTheLeastOfAll()
    {
        var fixture = new LedgerFixture(PerMinute(100), PerDay(800), TokensPerMinute(1000));
        var answer = fixture.Send(new("a", 1, new(50, 5000), new(1, 100), [])).Answer;
        Assert.Equal((8, 500, LeaseSizing.Unlimited), (answer.Lease!.Amounts.Requests, answer.Lease.Amounts.Tokens, answer.Lease.Amounts.Cost));
    }

    [Fact]
    public void Renew_NoBudgets_GrantsEverything()
    {
        var answer = new LedgerFixture().Ask("a", 1_000_000, 1_000_000_000).Answer;
        Assert.Equal((LeaseSizing.Unlimited, LeaseSizing.Unlimited), (answer.Lease!.Amounts.Requests, answer.Lease.Amounts.Tokens));
    }

    [Fact]
    public void Renew_MoreThanAWholeBudget_IsTooLarge()
    {
        var answer = new LedgerFixture(TokensPerMinute(1000)).Ask("a", 1, 1001).Answer;
        Assert.Equal((LeaseRefusal.TooLarge, TimeSpan.Zero), (answer.Refusal, answer.RetryAfter));
    }

    [Fact]
    public void Renew_MinuteSpent_TellsTheMomentWhenItFits()
    {
        var fixture = new LedgerFixture(PerMinute(10));
        fixture.Use("a", 10, lastUse: 0.25);
        fixture.Pass(20);
        var (answer, mustStore) = fixture.Ask("a", 1);
        Assert.Equal(LeaseRefusal.Exhausted, answer.Refusal);
        Assert.InRange(answer.RetryAfter.TotalSeconds, 40.25, 40.8);
        Assert.False(answer.DayExhausted);
        Assert.False(mustStore);
        fixture.Now += answer.RetryAfter;
        Assert.Equal(1, fixture.Ask("a", 1).Answer.Lease!.Amounts.Requests);
    }

    [Fact]
    public void Renew_DaySpent_SaysThatWaitingIsHopeless()
    {
        var fixture = new LedgerFixture(PerMinute(10), PerDay(10));
        fixture.Use("a", 10, lastUse: 0.2);
        var answer = fixture.Ask("a", 1).Answer;
        Assert.True(answer.DayExhausted);
        Assert.Equal(12 * 3600 + 1, answer.RetryAfter.TotalSeconds, 0.001);
        fixture.Now += answer.RetryAfter;
        Assert.NotNull(fixture.Ask("a", 1).Answer.Lease);
    }

    [Fact]
    public void Renew_DayHeldByOthers_AsksToTryAgainSoon()
    {
        var fixture = new LedgerFixture(PerDay(10));
        fixture.Ask("a", 10);
        var answer = fixture.Ask("b", 1).Answer;
        Assert.Equal((LeaseRefusal.Exhausted, LeaseRules.ReturnPoll, false), (answer.Refusal, answer.RetryAfter, answer.DayExhausted));
    }

    [Fact]
    public void Renew_SiloNeverReports_CountsTheWholeLeaseUntilItsEndAndTheWindow()
    {
        var fixture = new LedgerFixture(PerMinute(10));
        fixture.Ask("a", 10);
        fixture.Pass(75);
        Assert.Equal(0, fixture.Snapshot().Remaining);
        fixture.Pass(0.1);
        Assert.Equal(10, fixture.Snapshot().Remaining);
        Assert.Empty(fixture.State.Leases);
    }

    [Fact]
    public void Report_ClosedLease_GivesBackWhatWasNotUsed()
    {
        var fixture = new LedgerFixture(PerMinute(10));
        var lease = fixture.Ask("a", 10).Answer.Lease!;
        Assert.True(fixture.Tell("a", Closed(lease, 3, 1)).MustStore);
        Assert.Equal((3, 0, 7), (fixture.Snapshot().Used, fixture.Snapshot().Outstanding, fixture.Snapshot().Remaining));
    }

    [Fact]
    public void Report_ClosedAndNeverSettled_KeepsCountingWhatWasInFlight()
    {
        var fixture = new LedgerFixture(PerMinute(10));
        var lease = fixture.Ask("a", 10).Answer.Lease!;
        fixture.Tell("a", Closed(lease, 3, 30));
        fixture.Pass(90);
        Assert.Equal(7, fixture.Snapshot().Remaining);
        fixture.Pass(0.1);
        Assert.Equal(10, fixture.Snapshot().Remaining);
    }

    [Fact]
    public void Report_OpenLease_StillCountsWhole()
    {
        var fixture = new LedgerFixture(PerMinute(10));
        var lease = fixture.Ask("a", 10).Answer.Lease!;
        fixture.Tell("a", new LeaseReport(lease.Id, new(3, 0), TimeSpan.Zero, false, false));
        Assert.Equal((3, 7, 0), (fixture.Snapshot().Used, fixture.Snapshot().Outstanding, fixture.Snapshot().Remaining));
    }

    [Fact]
    public void Report_UseAboveTheLease_IsDebt()
    {
        var fixture = new LedgerFixture(TokensPerMinute(1000));
        var lease = fixture.Ask("a", 1, 900).Answer.Lease!;
        fixture.Tell("a", new LeaseReport(lease.Id, new(1, 2500), TimeSpan.FromSeconds(1), true, true));
        Assert.Equal((2500, 0), (fixture.Snapshot().Used, fixture.Snapshot().Remaining));
        Assert.InRange(fixture.Ask("a", 1, 1).Answer.RetryAfter.TotalSeconds, 61, 62);
    }

    [Fact]
    public void Report_Repeated_CountsOnceAndIsStoredAgain()
    {
        var fixture = new LedgerFixture(PerMinute(10));
        var lease = fixture.Ask("a", 10).Answer.Lease!;
        var report = fixture.Request("a", 0, reports: [Settled(lease, 4, 1)]);
        Assert.True(fixture.Send(report).MustStore);
        Assert.True(fixture.Send(report).MustStore);
        Assert.Equal((4, 6), (fixture.Snapshot().Used, fixture.Snapshot().Remaining));
    }

    [Fact]
    public void Report_OlderThanKnown_ChangesNothing()
    {
        var fixture = new LedgerFixture(PerMinute(10));
        var lease = fixture.Ask("a", 10).Answer.Lease!;
        var older = fixture.Request("a", 0, reports: [Closed(lease, 9, 1)]);
        fixture.Tell("a", Closed(lease, 4, 1));
        Assert.Equal(LeaseRefusal.Stale, fixture.Send(older).Answer.Refusal);
        Assert.Equal(6, fixture.Snapshot().Remaining);
    }

    [Fact]
    public void Report_OfAnotherSilosLease_ChangesNothing()
    {
        var fixture = new LedgerFixture(PerMinute(10));
        var lease = fixture.Ask("a", 10).Answer.Lease!;
        Assert.False(fixture.Tell("b", Settled(lease, 0, 0)).MustStore);
        Assert.Equal(0, fixture.Snapshot().Remaining);
    }

    [Fact]
    public void Renew_SameQuestionAgain_GetsTheSameLeaseWithTheLifeThatIsLeft()
    {
        var fixture = new LedgerFixture(PerMinute(100));
        var question = fixture.Request("a", 10);
        var first = fixture.Send(question).Answer.Lease!;
        fixture.Pass(2);
        var (again, mustStore) = fixture.Send(question);
        Assert.Equal((first.Id, first.Amounts, TimeSpan.FromSeconds(3)), (again.Lease!.Id, again.Lease.Amounts, again.Lease.Lifetime));
        Assert.True(mustStore);
        fixture.Pass(4);
        Assert.Equal(TimeSpan.Zero, fixture.Send(question).Answer.Lease!.Lifetime);
        Assert.Equal(90, fixture.Snapshot().Remaining);
    }

    [Fact]
    public void Renew_SameRefusedQuestionAgain_GetsTheSameRefusal()
    {
        var fixture = new LedgerFixture(PerMinute(10));
        fixture.Use("a", 10, lastUse: 0);
        var question = fixture.Request("a", 1);
        var first = fixture.Send(question).Answer;
        fixture.Pass(2);
        var again = fixture.Send(question).Answer;
        Assert.Equal(LeaseRefusal.Exhausted, again.Refusal);
        Assert.Equal(first.RetryAfter - TimeSpan.FromSeconds(2), again.RetryAfter);
    }

    [Fact]
    public void Renew_Evidence_ClosesForTheLongestTimeSaid()
    {
        var fixture = new LedgerFixture(PerMinute(10));
        Assert.True(fixture.Ask("a", 0, evidence: new(TimeSpan.FromSeconds(30), "429")).MustStore);
        Assert.False(fixture.Ask("b", 0, evidence: new(TimeSpan.FromSeconds(10), "shorter")).MustStore);
        var answer = fixture.Ask("b", 1).Answer;
        Assert.Equal((LeaseRefusal.Closed, TimeSpan.FromSeconds(30)), (answer.Refusal, answer.RetryAfter));
        Assert.Equal("429", fixture.Ledger.Snapshot(fixture.Now).ClosedReason);
        fixture.Pass(30);
        Assert.NotNull(fixture.Ask("b", 1).Answer.Lease);
        Assert.Null(fixture.Ledger.Snapshot(fixture.Now).ClosedReason);
    }

    [Fact]
    public void Renew_NewLimitBelowWhatIsOut_GrantsNothingUntilItFits()
    {
        var fixture = new LedgerFixture(PerMinute(100));
        fixture.Use("a", 50, lastUse: 0);
        var smaller = new QuotaLedger(new("provider/test/default", [PerMinute(20)]), fixture.State, false, fixture.Now);
        var answer = smaller.Renew(fixture.Request("a", 1), [], fixture.Now).Answer;
        Assert.Equal(LeaseRefusal.Exhausted, answer.Refusal);
        Assert.NotNull(smaller.Renew(fixture.Request("a", 1), [], fixture.Now + answer.RetryAfter).Answer.Lease);
    }

    [Fact]
    public void TakeOver_OtherAuthor_KeepsChargesTwoSecondsLonger()
    {
        var fixture = new LedgerFixture(PerMinute(10));
        fixture.Ledger.TakeOver("first");
        fixture.Ask("a", 4);
        fixture.Use("b", 6, lastUse: 0);
        fixture.Ledger.TakeOver("first");
        var before = fixture.Ask("a", 6, least: 6).Answer.RetryAfter;
        fixture.Ledger.TakeOver("second");
        Assert.Equal(before + TimeSpan.FromSeconds(2), fixture.Ask("c", 6, least: 6).Answer.RetryAfter);
        fixture.Pass(76.9);
        Assert.Equal(6, fixture.Snapshot().Remaining);
        fixture.Pass(0.2);
        Assert.Equal(10, fixture.Snapshot().Remaining);
    }

    [Fact]
    public void Create_StateOfNewerCode_Throws() =>
        Assert.Throws<NotSupportedException>(() => new QuotaLedger(new("q", []), new() { Version = QuotaState.CurrentVersion + 1 }, false, default));

    [Fact]
    public void State_DayOfTraffic_StaysSmallAndForgetsSilos()
    {
        var fixture = new LedgerFixture(
            PerMinute(1000), PerDay(1_000_000), TokensPerMinute(1_000_000), Leaky(BudgetMetric.Requests, 1_000_000, TimeSpan.FromDays(1)));
        for (var second = 0; second < 86_400; second += 7)
        {
            fixture.Pass(7);
            fixture.Use($"silo-{second / 3600}", 2, lastUse: 0.5);
        }

        Assert.InRange(JsonSerializer.Serialize(fixture.State).Length, 100, 10_000);
        Assert.InRange(fixture.State.Silos.Count, 1, 2);
    }

    [Fact]
    public void State_ThroughJson_DecidesTheSame()
    {
        var fixture = new LedgerFixture(
            PerMinute(10), PerDay(100), TokensPerMinute(1000), Leaky(BudgetMetric.Requests, 7, TimeSpan.FromMinutes(1)));
        fixture.Ledger.TakeOver("first");
        fixture.Use("a", 3, lastUse: 0.5);
        var lease = fixture.Ask("a", 2, 300).Answer.Lease!;
        fixture.Tell("a", Closed(lease, 1, 2));
        fixture.Ask("b", 1, 100, evidence: new(TimeSpan.FromSeconds(9), "busy"));
        var json = JsonSerializer.Serialize(fixture.State);
        var restored = new QuotaLedger(fixture.Definition, JsonSerializer.Deserialize<QuotaState>(json)!, false, fixture.Now);
        Assert.Equivalent(fixture.Ledger.Snapshot(fixture.Now), restored.Snapshot(fixture.Now), strict: true);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<QuotaState>(json)));
        Assert.Equal(6, restored.Snapshot(fixture.Now).Budgets[0].Remaining);
    }
}
