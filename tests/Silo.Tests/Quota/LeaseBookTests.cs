using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Tests.Quota;

public sealed class LeaseBookTests
{
    private static readonly QuotaAmounts One = new(1, 100);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));
    private FakeAuthority _authority = null!;
    private LeaseBook _book = null!;

    [Fact]
    public async Task TryReserve_NothingInHand_IsFalseAndAsksNobody()
    {
        Open(requests: 10);
        Assert.False(_book.TryReserve("q", One, out _));
        await Task.Yield();
        Assert.Empty(_authority.Requests);
    }

    [Fact]
    public async Task ReserveAsync_Idle_AsksForASingleRequest()
    {
        Open(requests: 10);
        Assert.True((await Reserve()).IsGranted);
        Assert.Equal(One, Assert.Single(_authority.Requests).Wanted);
        Assert.False(_book.TryReserve("q", One, out _));
    }

    [Fact]
    public async Task ReserveAsync_ManyAtOnce_AreServedInOrderByOneQuestionAtATime()
    {
        Open(requests: 1000);
        var hold = _authority.Hold = new();
        var first = Reserve();
        await Eventually.TrueAsync(() => _authority.Requests.Count == 1);
        var others = Enumerable.Range(0, 50).Select(_ => Reserve().AsTask()).ToArray();
        _authority.Hold = null;
        hold.SetResult();
        Assert.True((await first).IsGranted);
        Assert.All(await Task.WhenAll(others), outcome => Assert.True(outcome.IsGranted));
        Assert.Equal(1, _authority.MostAtOnce);
        Assert.Equal(2, _authority.Requests.Count(request => request.Wanted != QuotaAmounts.Zero));
        Assert.Equal(new QuotaAmounts(50, 5000), _authority.Requests[1].Wanted);
    }

    [Fact]
    public async Task ReserveAsync_SteadyLoad_AsksForTheNextSecondToo()
    {
        Open(requests: 100_000);
        for (var request = 0; request < 400; request++)
        {
            (await Reserve()).Reservation!.Value.Settle(One);
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        var asked = _authority.Requests.Count(request => request.Wanted != QuotaAmounts.Zero);
        Assert.InRange(asked, 4, 40);
        Assert.InRange(_authority.Requests.Max(request => request.Wanted.Requests), 50, 120);
    }

    [Fact]
    public async Task ReserveAsync_BudgetSpent_RefusesAndRemembersUntilItsTime()
    {
        Open(requests: 2);
        await Use(2);
        var refused = await Reserve();
        Assert.Equal(LeaseRefusal.Exhausted, refused.Refusal);
        Assert.InRange(refused.RetryAfter.TotalSeconds, 55, 61);
        var asked = _authority.Requests.Count;
        _time.Advance(TimeSpan.FromSeconds(20));
        var again = await Reserve();
        Assert.Equal(refused.RetryAfter - TimeSpan.FromSeconds(20), again.RetryAfter);
        Assert.Equal(asked, _authority.Requests.Count);
        _time.Advance(again.RetryAfter);
        Assert.True((await Reserve()).IsGranted);
    }

    [Fact]
    public async Task ReserveAsync_LargeOneRefused_SmallerOneIsStillAsked()
    {
        Open(requests: 100, tokens: 1000);
        var held = (await Reserve(new(1, 700))).Reservation!.Value;
        Assert.Equal(LeaseRefusal.Exhausted, (await Reserve(new(1, 400))).Refusal);
        Assert.True((await Reserve(new(1, 200))).IsGranted);
        var asked = _authority.Requests.Count;
        Assert.Equal(LeaseRefusal.Exhausted, (await Reserve(new(1, 500))).Refusal);
        Assert.Equal(asked, _authority.Requests.Count);
    }

    [Fact]
    public async Task ReserveAsync_LargerThanTheBudget_IsTooLarge()
    {
        Open(requests: 100, tokens: 1000);
        Assert.Equal((LeaseRefusal.TooLarge, TimeSpan.Zero), await Refusal(new(1, 1001)));
        Assert.Equal((LeaseRefusal.TooLarge, TimeSpan.Zero), await Refusal(new(1, 1001)));
        Assert.Single(_authority.Requests);
    }

    [Fact]
    public async Task ReserveAsync_LeaseExpired_IsNotUsedAnyMore()
    {
        Open(requests: 100);
        await WarmUp();
        Assert.True(_book.TryReserve("q", One, out var reservation));
        reservation.Cancel();
        _time.Advance(LeaseRules.Lifetime);
        Assert.False(_book.TryReserve("q", One, out _));
    }

    [Fact]
    public async Task ReserveAsync_CallerLeaves_TakesNothing()
    {
        Open(requests: 10);
        var hold = _authority.Hold = new();
        using var leaving = new CancellationTokenSource();
        var waiting = _book.ReserveAsync("q", One, leaving.Token).AsTask();
        await Eventually.TrueAsync(() => _authority.Requests.Count == 1);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        hold.SetResult();
        await Eventually.TrueAsync(() => _book.TryReserve("q", One, out _));
    }

    [Fact]
    public async Task Settle_LessThanReserved_GoesBackToTheAuthority()
    {
        Open(requests: 10, tokens: 1000);
        var reservation = (await Reserve(new(1, 800))).Reservation!.Value;
        reservation.Settle(new(1, 50));
        reservation.Settle(new(9, 9));
        reservation.SettleUnknown();
        reservation.Cancel();
        await Eventually.TrueAsync(() => _authority.Snapshot().Budgets[1] is { Used: 50, Outstanding: 0 });
        Assert.Equal(1, _authority.Snapshot().Budgets[0].Used);
    }

    [Fact]
    public async Task Settle_LessThanReserved_ForgetsTheRefusal()
    {
        Open(requests: 10, tokens: 1000);
        var reservation = (await Reserve(new(1, 800))).Reservation!.Value;
        Assert.False((await Reserve(new(1, 800))).IsGranted);
        reservation.Settle(new(1, 50));
        await Eventually.TrueAsync(() => _authority.Snapshot().Budgets[1].Outstanding == 0);
        // The authority knows, the silo is about to learn that it does.
        await Eventually.TrueAsync(async () => (await Reserve(new(1, 800))).IsGranted);
    }

    [Fact]
    public async Task Settle_MoreThanReserved_IsDebt()
    {
        Open(requests: 10, tokens: 1000);
        (await Reserve(new(1, 100))).Reservation!.Value.Settle(new(1, 1500));
        await Eventually.TrueAsync(() => _authority.Snapshot().Budgets[1].Used == 1500);
        Assert.Equal(LeaseRefusal.Exhausted, (await Reserve(new(1, 1))).Refusal);
    }

    [Fact]
    public async Task SettleUnknown_KeepsTheWholeReservation()
    {
        Open(requests: 10, tokens: 1000);
        (await Reserve(new(1, 800))).Reservation!.Value.SettleUnknown();
        await Eventually.TrueAsync(() => _authority.Snapshot().Budgets[1] is { Used: 800, Outstanding: 0 });
    }

    [Fact]
    public async Task Cancel_NeverSent_GivesAllBack()
    {
        Open(requests: 10, tokens: 1000);
        await Reserve(new(1, 800)).AsTask().ContinueWith(task => task.Result.Reservation!.Value.Cancel(), TaskScheduler.Default);
        _time.Advance(LeaseRules.Lifetime);
        _book.Report();
        await Eventually.TrueAsync(() => _authority.Snapshot().Budgets.All(budget => budget.Remaining == budget.Definition.Amount));
    }

    [Fact]
    public async Task Cancel_AfterReceipt_CountsInFull()
    {
        Open(requests: 10, tokens: 1000);
        var reservation = (await Reserve(new(1, 800))).Reservation!.Value;
        reservation.MarkReceived();
        reservation.Cancel();
        await Eventually.TrueAsync(() => _authority.Snapshot().Budgets[1] is { Used: 800, Outstanding: 0 });
    }

    [Fact]
    public async Task Report_RequestOnItsWay_IsCountedAsStillToCome()
    {
        Open(requests: 10);
        var reservation = (await Reserve()).Reservation!.Value;
        _time.Advance(TimeSpan.FromSeconds(6));
        _book.Report();
        await Eventually.TrueAsync(() => _authority.Requests.Count == 2);
        var report = Assert.Single(_authority.Requests[1].Reports);
        Assert.Equal((true, false, TimeSpan.FromSeconds(36)), (report.Closed, report.Settled, report.LastUse));
        _time.Advance(TimeSpan.FromSeconds(10));
        _book.Report();
        await Eventually.TrueAsync(() => _authority.Requests.Count == 3);
        Assert.Equal(TimeSpan.FromSeconds(46), Assert.Single(_authority.Requests[2].Reports).LastUse);
        reservation.MarkReceived();
        _time.Advance(TimeSpan.FromSeconds(100));
        reservation.Settle(One);
        await Eventually.TrueAsync(() => _authority.Requests.Count == 4);
        report = Assert.Single(_authority.Requests[3].Reports);
        Assert.Equal((true, TimeSpan.FromSeconds(16)), (report.Settled, report.LastUse));
    }

    [Fact]
    public async Task ReportEvidence_ClosesHereAtOnceAndAtTheAuthority()
    {
        Open(requests: 1000);
        await WarmUp();
        _book.ReportEvidence("q", new(TimeSpan.FromSeconds(30), "429"));
        Assert.False(_book.TryReserve("q", One, out _));
        Assert.Equal((LeaseRefusal.Closed, TimeSpan.FromSeconds(30)), await Refusal(One));
        await Eventually.TrueAsync(() => _authority.Snapshot().ClosedFor == TimeSpan.FromSeconds(30));
        Assert.Equal("429", _authority.Snapshot().ClosedReason);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await Reserve()).IsGranted);
    }

    [Fact]
    public async Task ReserveAsync_AuthorityDown_SpendsWhatIsInHandThenRefusesForASecond()
    {
        Open(requests: 1000);
        await WarmUp();
        _authority.IsDown = true;
        Assert.True(_book.TryReserve("q", One, out _));
        while (_book.TryReserve("q", One, out _))
        {
        }

        Assert.Equal((LeaseRefusal.StorageFailed, TimeSpan.FromSeconds(1)), await Refusal(One));
        var asked = _authority.Requests.Count;
        Assert.Equal(LeaseRefusal.StorageFailed, (await Reserve()).Refusal);
        Assert.Equal(asked, _authority.Requests.Count);
        _authority.IsDown = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await Reserve()).IsGranted);
    }

    [Fact]
    public async Task ReserveAsync_AnswerLost_AsksTheSameAgainAndGetsTheSameLease()
    {
        Open(requests: 10);
        _authority.LosesAnswers = true;
        Assert.Equal(LeaseRefusal.StorageFailed, (await Reserve()).Refusal);
        _authority.LosesAnswers = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await Reserve()).IsGranted);
        Assert.Same(_authority.Requests[0], _authority.Requests[1]);
        Assert.Equal(1, _authority.Snapshot().Budgets[0].Outstanding);
    }

    [Fact]
    public async Task ReserveAsync_AuthoritySilent_GivesUpAfterFiveSeconds()
    {
        Open(requests: 10);
        _authority.Hold = new();
        var waiting = Reserve().AsTask();
        await Eventually.TrueAsync(() => _authority.Requests.Count == 1);

        await TickUntil(() => waiting.IsCompleted, LeaseBook.AnswerTimeout);
        Assert.Equal(LeaseRefusal.StorageFailed, (await waiting).Refusal);
    }

    [Fact]
    public async Task CloseAsync_ReturnsLeasesAndReservesNothingMore()
    {
        Open(requests: 1000);
        await WarmUp();
        var used = _authority.Snapshot().Budgets[0].Used;
        Assert.True(_book.TryReserve("q", One, out var running));
        var closing = _book.CloseAsync(TestContext.Current.CancellationToken);
        Assert.False(_book.TryReserve("q", One, out _));
        Assert.False(closing.IsCompleted);
        running.Settle(One);
        await closing;
        Assert.Equal(0, _authority.Snapshot().Budgets[0].Outstanding);
        Assert.True(_authority.Snapshot().Budgets[0].Used > used);
        Assert.False((await Reserve()).IsGranted);
    }

    [Fact]
    public async Task CloseAsync_RequestNeverEnds_GivesUpInTime()
    {
        Open(requests: 10);
        await Reserve();
        var closing = _book.CloseAsync(TestContext.Current.CancellationToken);
        _time.Advance(LeaseBook.StopTimeout);
        await closing;

        // Fake time may run ahead of the report that is on its way.
        await Eventually.TrueAsync(() => _authority.Snapshot().Budgets[0].Used == 1);
    }

    [Fact]
    public async Task LeaseReporter_EverySecond_ReturnsExpiredLeases()
    {
        Open(requests: 1000);
        await WarmUp();
        using var reporter = new LeaseReporter(_book, _time);
        await reporter.StartAsync(TestContext.Current.CancellationToken);
        await TickUntil(() => _authority.Snapshot().Budgets[0].Outstanding == 0, TimeSpan.FromSeconds(1));
        await reporter.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ReserveAsync_ManyThreads_NeverReservesMoreThanTheLimit()
    {
        Open(requests: 200);
        var granted = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var request = 0; request < 100; request++)
            {
                if ((await Reserve(new(1, 0))) is { IsGranted: true } outcome)
                {
                    Interlocked.Increment(ref granted);
                    outcome.Reservation!.Value.MarkReceived();
                    outcome.Reservation!.Value.Settle(new(1, 0));
                }
            }
        })));
        Assert.InRange(granted, 100, 200);
        _time.Advance(TimeSpan.FromSeconds(5));
        _book.Report();
        await Eventually.TrueAsync(() => _authority.Snapshot().Budgets[0].Outstanding == 0);
        Assert.Equal(granted, _authority.Snapshot().Budgets[0].Used);
    }

    private void Open(long requests, long tokens = 1_000_000_000)
    {
        var minute = TimeSpan.FromMinutes(1);
        _authority = new(
            _time, new(BudgetMetric.Requests, requests, minute, BudgetKind.Rolling), new(BudgetMetric.Tokens, tokens, minute, BudgetKind.Rolling));
        _book = new(_authority.AsFactory(), new FakeSilo(), _time, NullLogger<LeaseBook>.Instance);
    }

    private ValueTask<ReserveOutcome> Reserve(QuotaAmounts? amounts = null) =>
        _book.ReserveAsync("q", amounts ?? One, TestContext.Current.CancellationToken);

    private async Task<(LeaseRefusal, TimeSpan)> Refusal(QuotaAmounts amounts)
    {
        var outcome = await Reserve(amounts);
        return (outcome.Refusal, outcome.RetryAfter);
    }

    private async Task Use(int requests)
    {
        for (var request = 0; request < requests; request++)
        {
            (await Reserve()).Reservation!.Value.Settle(One);
        }

        await Eventually.TrueAsync(() => _authority.Snapshot().Budgets[0].Outstanding == 0);
    }

    /// <summary>Makes enough demand that the next lease holds more than is asked for.</summary>
    private async Task WarmUp()
    {
        for (var request = 0; request < 50; request++)
        {
            (await Reserve()).Reservation!.Value.Settle(One);
        }
    }

    /// <summary>Moves time on by steps until the condition is true: at the first step what should be waiting for the clock may not have begun to.</summary>
    private Task TickUntil(Func<bool> condition, TimeSpan step) => Eventually.TrueAsync(() =>
    {
        _time.Advance(step);
        _book.Report();
        return condition();
    });
}
