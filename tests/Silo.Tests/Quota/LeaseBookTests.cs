using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Tests.Quota;

/// <summary>The book with an authority that answers on other threads, as a grain does.</summary>
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
    public async Task ReserveAsync_ManyAtOnce_AreServedInOrderByOneQuestionAtATime()
    {
        Open(requests: 100_000);
        var hold = _authority.Hold = new();
        var first = ReserveAtOnce();
        await Eventually.TrueAsync(() => _authority.Requests.Count == 1);
        var others = Enumerable.Range(0, 200).Select(_ => ReserveAtOnce().AsTask()).ToArray();
        _authority.Hold = null;
        hold.SetResult();
        Assert.True((await first).IsGranted);
        await TickUntil(() => others.All(other => other.IsCompleted), TimeSpan.FromSeconds(0.1));
        Assert.All(await Task.WhenAll(others), outcome => Assert.True(outcome.IsGranted));
        Assert.Equal(1, _authority.MostAtOnce);
        Assert.Equal(2, _authority.Requests.Count(request => request.Wanted != QuotaAmounts.Zero));

        // The first lease holds one and 64 more; 136 wait on, and 64 times as many may come.
        Assert.Equal(new QuotaAmounts(65 * 136, 65 * 13_600), _authority.Requests[1].Wanted);
    }

    [Fact]
    public async Task ReserveAsync_BudgetSpent_RefusesAndRemembersUntilItsTime()
    {
        Open(requests: 2);
        await Use(2);
        var refused = await Reserve();
        Assert.Equal(LeaseRefusal.Exhausted, refused.Refusal);
        Assert.InRange(refused.RetryAfter.TotalSeconds, 50, 61);
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
        await Reserve(new(1, 700));
        Assert.Equal(LeaseRefusal.Exhausted, (await Reserve(new(1, 400))).Refusal);
        Assert.True((await Reserve(new(1, 200))).IsGranted);
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
        await Stands(tokens: 50);
        Assert.Equal(1, _authority.Snapshot().Budgets[0].Used);
    }

    [Fact]
    public async Task Settle_LessThanReserved_ForgetsTheRefusal()
    {
        Open(requests: 10, tokens: 1000);
        var reservation = (await Reserve(new(1, 800))).Reservation!.Value;
        Assert.False((await Reserve(new(1, 800))).IsGranted);
        reservation.Settle(new(1, 50));
        await Stands(tokens: 50);
        Assert.True((await Reserve(new(1, 800))).IsGranted);
    }

    [Fact]
    public async Task Settle_MoreThanReserved_IsDebt()
    {
        Open(requests: 10, tokens: 1000);
        (await Reserve(new(1, 100))).Reservation!.Value.Settle(new(1, 1500));
        await Stands(tokens: 1500);
        Assert.Equal(LeaseRefusal.Exhausted, (await Reserve(new(1, 1))).Refusal);
    }

    [Fact]
    public async Task SettleUnknown_KeepsTheWholeReservation()
    {
        Open(requests: 10, tokens: 1000);
        (await Reserve(new(1, 800))).Reservation!.Value.SettleUnknown();
        await Stands(tokens: 800);
    }

    [Fact]
    public async Task Cancel_NeverSent_GivesAllBack()
    {
        Open(requests: 10, tokens: 1000);
        (await Reserve(new(1, 800))).Reservation!.Value.Cancel();
        await TickUntil(() => _authority.Snapshot().Budgets.All(budget => budget.Remaining == budget.Definition.Amount), LeaseRules.Pace);
    }

    [Fact]
    public async Task Cancel_AfterReceipt_CountsInFull()
    {
        Open(requests: 10, tokens: 1000);
        var reservation = (await Reserve(new(1, 800))).Reservation!.Value;
        reservation.MarkReceived();
        reservation.Cancel();
        await Stands(tokens: 800);
    }

    [Fact]
    public async Task ReportEvidence_ClosesHereAtOnceAndAtTheAuthority()
    {
        Open(requests: 1000);
        await Reserve();
        _book.ReportEvidence("q", new(TimeSpan.FromSeconds(30), "429"));
        Assert.Equal((LeaseRefusal.Closed, TimeSpan.FromSeconds(30)), await Refusal(One));
        await Eventually.TrueAsync(() => _authority.Snapshot().ClosedFor == TimeSpan.FromSeconds(30));
        Assert.Equal("429", _authority.Snapshot().ClosedReason);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await Reserve()).IsGranted);
    }

    [Fact]
    public async Task ReserveAsync_AnswerLost_AsksTheSameAgainAndGetsTheSameLease()
    {
        Open(requests: 10);
        _authority.LosesAnswers = true;
        Assert.Equal(LeaseRefusal.StorageFailed, (await ReserveAtOnce()).Refusal);
        _authority.LosesAnswers = false;
        await TickUntil(() => _book.TryReserve("q", One, out _), TimeSpan.FromSeconds(0.1));
        Assert.Equal(_authority.Requests[0], _authority.Requests[1]);
        Assert.Equal(1, _authority.Requests.Count(request => request.Wanted != QuotaAmounts.Zero && request.Sequence != _authority.Requests[0].Sequence) + 1);
        Assert.Equal(5, _authority.Snapshot().Budgets[0].Outstanding);
    }

    [Fact]
    public async Task ReserveAsync_AuthoritySilent_GivesUpAfterFiveSeconds()
    {
        Open(requests: 10);
        _authority.Hold = new();
        var waiting = ReserveAtOnce().AsTask();
        await Eventually.TrueAsync(() => _authority.Requests.Count == 1);

        await TickUntil(() => waiting.IsCompleted, LeaseBook.AnswerTimeout);
        Assert.Equal(LeaseRefusal.StorageFailed, (await waiting).Refusal);
    }

    [Fact]
    public async Task CloseAsync_RequestUnderWay_WaitsForItsEndAndReportsItWithoutPace()
    {
        Open(requests: 1000);
        await Reserve();
        Assert.True(_book.TryReserve("q", One, out var running));
        Assert.True(running.MaySend);
        (await Reserve()).Reservation!.Value.Cancel();
        var closing = _book.CloseAsync(TestContext.Current.CancellationToken);
        Assert.False(_book.TryReserve("q", One, out _));
        Assert.False(running.MaySend);
        await Eventually.TrueAsync(() => _authority.Requests[^1].Reports.Length > 0);
        Assert.False(closing.IsCompleted);
        running.Settle(new(1, 7));
        await Eventually.TrueAsync(() => _authority.Requests[^1].Reports.Any(report => report.Used.Tokens == 107));
        Assert.False((await ReserveAtOnce()).IsGranted);
    }

    [Fact]
    public async Task CloseAsync_AllSettled_EndsWithNothingOut()
    {
        Open(requests: 1000);
        (await Reserve()).Reservation!.Value.Settle(One);
        Assert.True(_book.TryReserve("q", One, out var running));
        var closing = _book.CloseAsync(TestContext.Current.CancellationToken);
        running.Settle(One);
        await closing;
        var budget = _authority.Snapshot().Budgets[0];
        Assert.Equal((2, 0), (budget.Used, budget.Outstanding));
    }

    [Fact]
    public async Task CloseAsync_RequestNeverEnds_GivesUpInTime()
    {
        Open(requests: 10);
        await Reserve();
        var closing = _book.CloseAsync(TestContext.Current.CancellationToken);
        Assert.False(closing.IsCompleted);
        _time.Advance(LeaseBook.StopTimeout);
        await closing;

        // Fake time may run ahead of the report that is on its way.
        await Eventually.TrueAsync(() => _authority.Snapshot().Budgets[0].Used == 1);
    }

    [Fact]
    public async Task LeaseReporter_Stop_ReturnsLeases()
    {
        Open(requests: 1000);
        using var reporter = new LeaseReporter(_book, _time);
        await reporter.StartAsync(TestContext.Current.CancellationToken);
        (await Reserve()).Reservation!.Value.Settle(One);
        Assert.Equal(65, _authority.Snapshot().Budgets[0].Outstanding);
        await reporter.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, _authority.Snapshot().Budgets[0].Outstanding);
    }

    [Fact]
    public async Task ReserveAsync_ManyThreads_NeverReservesMoreThanTheLimit()
    {
        Open(requests: 200);
        var granted = 0;
        var spenders = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var request = 0; request < 100; request++)
            {
                if ((await ReserveAtOnce(new(1, 0))) is { Reservation: { } reservation })
                {
                    Interlocked.Increment(ref granted);
                    reservation.MarkReceived();
                    reservation.Settle(new(1, 0));
                }
            }
        })));
        await TickUntil(() => spenders.IsCompleted, TimeSpan.FromSeconds(0.1));
        await TickUntil(() => _authority.Snapshot().Budgets[0].Outstanding == 0, TimeSpan.FromSeconds(0.1));
        Assert.Equal(granted, _authority.Snapshot().Budgets[0].Used);
        Assert.InRange(granted, 1, 200);
    }

    private void Open(long requests, long tokens = 1_000_000_000)
    {
        var minute = TimeSpan.FromMinutes(1);
        BudgetDefinition[] budgets =
        [
            new(BudgetMetric.Requests, requests, minute, BudgetKind.Rolling), new(BudgetMetric.Tokens, tokens, minute, BudgetKind.Rolling),
        ];
        _authority = new(_time, budgets);
        _book = new(_authority.AsFactory(), new FakeSilo(), new Catalog([], []), _time, NullLogger<LeaseBook>.Instance);
    }

    private ValueTask<ReserveOutcome> ReserveAtOnce(QuotaAmounts? amounts = null) =>
        _book.ReserveAsync("q", amounts ?? One, TestContext.Current.CancellationToken);

    /// <summary>Reserves, and lets the pace pass where it must.</summary>
    private async Task<ReserveOutcome> Reserve(QuotaAmounts? amounts = null)
    {
        var outcome = ReserveAtOnce(amounts).AsTask();
        await TickUntil(() => outcome.IsCompleted, outcome.IsCompleted ? TimeSpan.Zero : TimeSpan.FromSeconds(0.02));
        return await outcome;
    }

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

        await TickUntil(() => _authority.Snapshot().Budgets[0].Outstanding == 0, LeaseRules.Pace);
    }

    /// <summary>The authority comes to know that so much was used, and that nothing is out.</summary>
    private Task Stands(long tokens) =>
        TickUntil(() => _authority.Snapshot().Budgets[1] is { Outstanding: 0 } budget && budget.Used == tokens, LeaseRules.Pace);

    /// <summary>Moves time on by steps until the condition is true: at the first step what should be waiting for the clock may not have begun to.</summary>
    private Task TickUntil(Func<bool> condition, TimeSpan step) => Eventually.TrueAsync(() =>
    {
        if (condition())
        {
            return true;
        }

        _time.Advance(step);
        return condition();
    });
}
