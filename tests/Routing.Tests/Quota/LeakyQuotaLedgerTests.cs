using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;
using static ThotNet.Routing.Tests.Quota.LedgerFixture;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>A ledger whose budget refills steadily.</summary>
public sealed class LeakyQuotaLedgerTests
{
    [Fact]
    public void Renew_LeakyDayFull_TellsTheWaitForOneUnitAndDoesNotCallItHopeless()
    {
        var fixture = new LedgerFixture(Leaky(BudgetMetric.Requests, 1000, TimeSpan.FromDays(1)));
        fixture.Use("a", 1000, lastUse: 0);
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
        fixture.Use("a", 10, lastUse: 0);
        fixture.Pass(5);
        Assert.Equal((98, 0), (fixture.Snapshot(0).Remaining, fixture.Snapshot(1).Remaining));
        Assert.Equal(TimeSpan.FromSeconds(1), fixture.Ask("a", 1).Answer.RetryAfter);
    }

    [Fact]
    public void Create_LeakyLimitChanged_StillCountsWhatWasSpent()
    {
        var fixture = new LedgerFixture(Leaky(BudgetMetric.Requests, 100, TimeSpan.FromMinutes(1)));
        fixture.Use("a", 50, lastUse: 0);
        QuotaDefinition changed = new("provider/test/default", [Leaky(BudgetMetric.Requests, 60, TimeSpan.FromMinutes(1))]);
        Assert.Equal(10, new QuotaLedger(changed, fixture.State, false, fixture.Now).Snapshot(fixture.Now).Budgets[0].Remaining);
    }

    /// <summary>An upgrade that makes a bucket of a window: leases that are out and use that is settled both count on.</summary>
    [Fact]
    public void Create_WindowBecameALeakyBucket_StillCountsWhatWasSpent()
    {
        var fixture = new LedgerFixture(PerMinute(30));
        fixture.Use("a", 20, lastUse: 0);
        var held = fixture.Ask("b", 4).Answer.Lease!;
        fixture.Pass(10);
        QuotaDefinition changed = new("provider/test/default", [Leaky(BudgetMetric.Requests, 30, TimeSpan.FromMinutes(1))]);
        var ledger = new QuotaLedger(changed, fixture.State, false, fixture.Now);
        Assert.Equal(30 - (20 - 5) - 4, ledger.Snapshot(fixture.Now).Budgets[0].Remaining);
        ledger.Renew(fixture.Request("b", 0, reports: [Settled(held, 1, 10)]), [], fixture.Now);
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
}
