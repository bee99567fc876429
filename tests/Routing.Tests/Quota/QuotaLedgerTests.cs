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
        Assert.Equal(new QuotaAmounts(10, 0), answer.Lease!.Amounts);
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
        var fixture = new LedgerFixture(PerDay(80));
        fixture.Ask("a", 0);
        fixture.Pass(31);
        Assert.Equal(40, fixture.Ask("b", 100, least: 1).Answer.Lease!.Amounts.Requests);
    }

    [Fact]
    public void Renew_SeveralBudgets_GrantsTheLeastOfAll()
    {
        var fixture = new LedgerFixture(PerMinute(100), PerDay(8), TokensPerMinute(1000));
        var answer = fixture.Send(new("a", 1, new(50, 5000), new(1, 100), [])).Answer;
        Assert.Equal(new QuotaAmounts(4, 500), answer.Lease!.Amounts);
    }

    [Fact]
    public void Renew_NoBudgets_GrantsEverything()
    {
        var answer = new LedgerFixture().Ask("a", 1_000_000, 1_000_000_000).Answer;
        Assert.Equal(new QuotaAmounts(1_000_000, 1_000_000_000), answer.Lease!.Amounts);
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
        Use(fixture, "a", 10, lastUse: 0.25);
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
        Use(fixture, "a", 10, lastUse: 0.2);
        var answer = fixture.Ask("a", 1).Answer;
        Assert.True(answer.DayExhausted);
        Assert.Equal(12 * 3600 + 1, answer.RetryAfter.TotalSeconds, 0.001);
        fixture.Now += answer.RetryAfter;
        Assert.NotNull(fixture.Ask("a", 1).Answer.Lease);
    }

    [Fact]
    public void Renew_LeakyDayFull_TellsTheWaitForOneUnitAndDoesNotCallItHopeless()
    {
        var fixture = new LedgerFixture(Leaky(BudgetMetric.Requests, 1000, TimeSpan.FromDays(1)));
        Use(fixture, "a", 1000, lastUse: 0);
        var (answer, _) = fixture.Ask("a", 1);
        Assert.Equal((LeaseRefusal.Exhausted, TimeSpan.FromSeconds(86.4), false), (answer.Refusal, answer.RetryAfter, answer.DayExhausted));
        var more = fixture.Ask("a", 10).Answer;
        Assert.Equal((TimeSpan.FromSeconds(864), false), (more.RetryAfter, more.DayExhausted));
        fixture.Now += answer.RetryAfter;
        Assert.Equal(1, fixture.Ask("a", 1).Answer.Lease!.Amounts.Requests);
    }

    [Fact]
    public void Renew_LeakyMinuteFullAndRequestsOnTheirWay_TellsTheWaitFromNow()
    {
        var fixture = new LedgerFixture(Leaky(BudgetMetric.Requests, 30, TimeSpan.FromMinutes(1)));
        var lease = fixture.Ask("a", 30).Answer.Lease!;
        var answer = fixture.Ask("a", 1, reports: [Closed(lease, 30, 30)]).Answer;
        Assert.Equal(TimeSpan.FromSeconds(2), answer.RetryAfter);
        fixture.Pass(2);
        fixture.Tell("a", Settled(lease, 30, 0));
        Assert.NotNull(fixture.Ask("a", 1).Answer.Lease);
    }

    [Fact]
    public void Renew_LeakyDebt_WaitsUntilItHasDrained()
    {
        var fixture = new LedgerFixture(Leaky(BudgetMetric.Tokens, 8000, TimeSpan.FromMinutes(1)));
        var lease = fixture.Ask("a", 1, 8000).Answer.Lease!;
        fixture.Tell("a", new LeaseReport(lease.Id, new(1, 9000), TimeSpan.Zero, true, true));
        Assert.Equal(TimeSpan.FromSeconds(7.5 + 15), fixture.Ask("a", 1, 2000).Answer.RetryAfter);
        Assert.Equal((9000, 0, TimeSpan.FromSeconds(67.5)), (fixture.Snapshot().Used, fixture.Snapshot().Remaining, fixture.Snapshot().ResetsIn));
    }

    /// <summary>Each lease is settled a second after it was granted: besides that one second, all that drains is granted.</summary>
    [Fact]
    public void Renew_LeakyAndHungryForAnHour_GrantsTheAmountAndAllThatDrainsButASecond()
    {
        var fixture = new LedgerFixture(Leaky(BudgetMetric.Requests, 30, TimeSpan.FromMinutes(1)));
        var (start, granted) = (fixture.Now, 0L);
        var held = new Queue<(DateTimeOffset At, Lease Lease)>();
        while (fixture.Now < start + TimeSpan.FromHours(1))
        {
            while (held.TryPeek(out var oldest) && oldest.At + TimeSpan.FromSeconds(1) <= fixture.Now)
            {
                fixture.Tell("a", Settled(held.Dequeue().Lease, oldest.Lease.Amounts.Requests, 1));
            }

            if (fixture.Ask("a", 1).Answer.Lease is { } lease)
            {
                granted += lease.Amounts.Requests;
                held.Enqueue((fixture.Now, lease));
            }

            fixture.Pass(0.1);
        }

        Assert.InRange(granted, 30 + (3599 / 2) - 1, 30 + (3600 / 2));
    }

    [Fact]
    public void Renew_LeakyOfTwoAmountsAndOneWindow_KeepsToTheTighter()
    {
        var (minute, wide) = (Leaky(BudgetMetric.Requests, 10, TimeSpan.FromMinutes(1)), Leaky(BudgetMetric.Requests, 100, TimeSpan.FromMinutes(1)));
        var fixture = new LedgerFixture(wide, minute);
        Use(fixture, "a", 10, lastUse: 0);
        fixture.Pass(5);
        Assert.Equal((98, 0), (fixture.Snapshot(0).Remaining, fixture.Snapshot(1).Remaining));
        Assert.Equal(TimeSpan.FromSeconds(1), fixture.Ask("a", 1).Answer.RetryAfter);
    }

    [Fact]
    public void Create_LeakyLimitChanged_StillCountsWhatWasSpent()
    {
        var fixture = new LedgerFixture(Leaky(BudgetMetric.Requests, 100, TimeSpan.FromMinutes(1)));
        Use(fixture, "a", 50, lastUse: 0);
        QuotaDefinition changed = new("provider/test/default", [Leaky(BudgetMetric.Requests, 60, TimeSpan.FromMinutes(1))]);
        Assert.Equal(10, new QuotaLedger(changed, fixture.State, fixture.Now).Snapshot(fixture.Now).Budgets[0].Remaining);
    }

    /// <summary>An upgrade that makes a bucket of a window: leases that are out and use that is settled both count on.</summary>
    [Fact]
    public void Create_WindowBecameALeakyBucket_StillCountsWhatWasSpent()
    {
        var fixture = new LedgerFixture(PerMinute(30));
        Use(fixture, "a", 20, lastUse: 0);
        var held = fixture.Ask("b", 4).Answer.Lease!;
        fixture.Pass(10);
        QuotaDefinition changed = new("provider/test/default", [Leaky(BudgetMetric.Requests, 30, TimeSpan.FromMinutes(1))]);
        var ledger = new QuotaLedger(changed, fixture.State, fixture.Now);
        Assert.Equal(30 - (20 - 5) - 4, ledger.Snapshot(fixture.Now).Budgets[0].Remaining);
        ledger.Renew(fixture.Request("b", 0, reports: [Settled(held, 1, 10)]), fixture.Now);
        Assert.Equal(30 - (20 - 5) - 1, ledger.Snapshot(fixture.Now).Budgets[0].Remaining);
    }

    [Fact]
    public void Renew_LeakyAndSilosThatNeverReport_StillCountsThemWhenTheyAreForgotten()
    {
        var fixture = new LedgerFixture(Leaky(BudgetMetric.Requests, 30, TimeSpan.FromMinutes(1)));
        fixture.Ask("dead", 30);
        fixture.Pass(15);
        for (var second = 0; second < 60; second += 2)
        {
            fixture.Pass(2);
            Assert.Equal(1, fixture.Ask($"dead-{second}", 1).Answer.Lease!.Amounts.Requests);
            Assert.Null(fixture.Ask("other", 1).Answer.Lease);
        }

        Assert.Equal(0, fixture.Snapshot().Remaining);
        Assert.DoesNotContain(fixture.State.Leases, lease => lease.Silo == "dead");
        fixture.Pass(15);

        // 60 units in all, and 75 s in which they drained.
        Assert.Equal(30 - (60 - 37), fixture.Snapshot().Remaining);
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
        Use(fixture, "a", 10, lastUse: 0);
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
        Use(fixture, "a", 50, lastUse: 0);
        var smaller = new QuotaLedger(new("provider/test/default", [PerMinute(20)]), fixture.State, fixture.Now);
        var answer = smaller.Renew(fixture.Request("a", 1), fixture.Now).Answer;
        Assert.Equal(LeaseRefusal.Exhausted, answer.Refusal);
        Assert.NotNull(smaller.Renew(fixture.Request("a", 1), fixture.Now + answer.RetryAfter).Answer.Lease);
    }

    [Fact]
    public void TakeOver_OtherAuthor_KeepsChargesTwoSecondsLonger()
    {
        var fixture = new LedgerFixture(PerMinute(10));
        fixture.Ledger.TakeOver("first");
        fixture.Ask("a", 4);
        Use(fixture, "b", 6, lastUse: 0);
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
        Assert.Throws<NotSupportedException>(() => new QuotaLedger(new("q", []), new() { Version = QuotaState.CurrentVersion + 1 }, default));

    [Fact]
    public void State_DayOfTraffic_StaysSmallAndForgetsSilos()
    {
        var fixture = new LedgerFixture(
            PerMinute(1000), PerDay(1_000_000), TokensPerMinute(1_000_000), Leaky(BudgetMetric.Requests, 1_000_000, TimeSpan.FromDays(1)));
        for (var second = 0; second < 86_400; second += 7)
        {
            fixture.Pass(7);
            Use(fixture, $"silo-{second / 3600}", 2, lastUse: 0.5);
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
        Use(fixture, "a", 3, lastUse: 0.5);
        var lease = fixture.Ask("a", 2, 300).Answer.Lease!;
        fixture.Tell("a", Closed(lease, 1, 2));
        fixture.Ask("b", 1, 100, evidence: new(TimeSpan.FromSeconds(9), "busy"));
        var json = JsonSerializer.Serialize(fixture.State);
        var restored = new QuotaLedger(fixture.Definition, JsonSerializer.Deserialize<QuotaState>(json)!, fixture.Now);
        Assert.Equivalent(fixture.Ledger.Snapshot(fixture.Now), restored.Snapshot(fixture.Now), strict: true);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<QuotaState>(json)));
        Assert.Equal(6, restored.Snapshot(fixture.Now).Budgets[0].Remaining);
    }

    private static void Use(LedgerFixture fixture, string silo, long requests, double lastUse)
    {
        var lease = fixture.Ask(silo, requests).Answer.Lease!;
        fixture.Tell(silo, Settled(lease, requests, lastUse));
    }

    private static LeaseReport Closed(Lease lease, long requests, double lastUse) =>
        new(lease.Id, new(requests, 0), TimeSpan.FromSeconds(lastUse), true, false);

    private static LeaseReport Settled(Lease lease, long requests, double lastUse) =>
        new(lease.Id, new(requests, 0), TimeSpan.FromSeconds(lastUse), true, true);
}
