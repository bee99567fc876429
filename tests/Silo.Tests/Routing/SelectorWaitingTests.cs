using ThotNet.Hosting.Configuration;
using ThotNet.Routing.Health;
using ThotNet.Silo.Routing;

namespace ThotNet.Silo.Tests.Routing;

public sealed class SelectorWaitingTests
{
    [Fact]
    public async Task SelectAsync_PlaceIsFreeAgain_HigherPriorityFirstThenTheOtherKey()
    {
        using var bench = new SelectorBench(SelectorBench.OneAtATime);
        var held = (await bench.SelectNowAsync(only: SelectorBench.Cheap)).Selection;
        (string Name, string Key, RequestPriority Priority)[] asked =
        [
            ("low", "c", RequestPriority.Low), ("first", "a", RequestPriority.Normal), ("second", "a", RequestPriority.Normal),
            ("other key", "b", RequestPriority.Normal), ("high", "a", RequestPriority.High),
        ];
        Dictionary<Task<(Selection Selection, TimeSpan Waited)>, string> waiting = [];
        foreach (var (name, key, priority) in asked)
        {
            waiting.Add(bench.SelectAsync(120, key, priority, SelectorBench.Cheap), name);
            await bench.InLineAsync(waiting.Count);
        }

        List<string> served = [];
        while (waiting.Count > 0)
        {
            held.Reservation!.Value.SettleUnknown();
            var done = await bench.Time.WhileAsync(Task.WhenAny(waiting.Keys));
            served.Add(waiting[done]);
            waiting.Remove(done);
            held = (await done).Selection;
        }

        Assert.Equal(["high", "first", "other key", "second", "low"], served);
    }

    [Fact]
    public async Task SelectAsync_RoomCameBackHere_IsServedBeforeTheTimeItWasTold()
    {
        using var bench = new SelectorBench(SelectorBench.OneAtATime);
        var held = (await bench.SelectNowAsync(only: SelectorBench.Cheap)).Selection;
        bench.CheapAuthority.RefusesFor = TimeSpan.FromSeconds(50);
        var waiting = bench.SelectAsync(60, only: SelectorBench.Cheap);
        await bench.InLineAsync(1);
        bench.CheapAuthority.RefusesFor = null;
        held.Reservation!.Value.SettleUnknown();

        Assert.InRange((await bench.Time.WhileAsync(waiting)).Waited, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task SelectAsync_ReadyAfterItsPatience_IsRefusedAtOnceWithTheTime()
    {
        using var bench = new SelectorBench();
        bench.CheapAuthority.RefusesFor = TimeSpan.FromSeconds(1);
        bench.Advise(0, double.PositiveInfinity, (30, 1));
        var (selection, waited) = await bench.SelectNowAsync(patience: 10, SelectorBench.Cheap);

        Assert.Equal((429, "rate_limit_exceeded"), (selection.Error!.Status, selection.Error.Code));
        Assert.InRange(selection.Error.RetryAfter!.Value.TotalSeconds, 29, 30);
        Assert.InRange(waited, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task SelectAsync_OthersBeforeItTakeWhatComesInTime_IsRefusedAtOnceWithItsOwnTime()
    {
        using var bench = new SelectorBench();
        bench.CheapAuthority.RefusesFor = TimeSpan.FromSeconds(5);
        bench.Advise(0, double.PositiveInfinity, (5, 1), (20, 2), (21, 5));
        using var leaving = new CancellationTokenSource();
        List<Task> before = [];
        foreach (var key in (string[])["a", "b", "c", "d"])
        {
            before.Add(bench.SelectAsync(10, key, only: SelectorBench.Cheap, cancel: leaving.Token));
            await bench.InLineAsync(before.Count);
        }

        var (last, _) = await bench.Time.WhileAsync(bench.SelectAsync(10, "e", only: SelectorBench.Cheap, cancel: TestContext.Current.CancellationToken));

        Assert.InRange(last.Error!.RetryAfter!.Value.TotalSeconds, 16, 21);
        Assert.Equal(CandidateOutcome.OthersFirst, Assert.Single(last.Decision!.Candidates).Outcome);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(before));
        Assert.Equal(0, bench.Room.Count);
    }

    /// <summary>Each of those before is counted where it is expected to be served.</summary>
    [Fact]
    public async Task SelectAsync_TheOneBeforeWillBeServedElsewhere_IsExpectedInTime()
    {
        using var bench = new SelectorBench();
        (bench.CheapAuthority.RefusesFor, bench.DearAuthority.RefusesFor) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3));
        bench.Advise(0.1, double.PositiveInfinity, (5, 1), (30, 2));
        _ = bench.SelectAsync(10, "a", cancel: TestContext.Current.CancellationToken);
        await bench.InLineAsync(1);
        _ = bench.SelectAsync(10, "b", only: SelectorBench.Cheap, cancel: TestContext.Current.CancellationToken);
        await bench.InLineAsync(2);

        Assert.Equal(2, bench.Room.Count);
    }

    [Fact]
    public async Task SelectAsync_TargetRecovers_ThoseWhoWaitForItTryAtOnce()
    {
        using var bench = new SelectorBench();
        bench.DearAuthority.RefusesFor = TimeSpan.FromSeconds(110);
        for (var failure = 0; failure < 3; failure++)
        {
            bench.Health.Failed(SelectorBench.Cheap, new(Providers.FailureClass.Transient, 500, "no"));
        }

        bench.Time.Advance(Circuit.FirstOpen);
        Assert.True(bench.Health.TryEnter(SelectorBench.Cheap, out _));
        var waiting = bench.SelectAsync(120);
        await bench.InLineAsync(1);
        bench.Selector.Succeeded(SelectorBench.Cheap);
        var (selection, waited) = await bench.Time.WhileAsync(waiting);

        Assert.Equal(SelectorBench.Cheap, selection.Target);
        Assert.InRange(waited, TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task SelectAsync_CallerLeaves_TheNextHasTheTurn()
    {
        using var bench = new SelectorBench(SelectorBench.OneAtATime);
        var held = (await bench.SelectNowAsync(only: SelectorBench.Cheap)).Selection;
        using var leaving = new CancellationTokenSource();
        var first = bench.SelectAsync(60, only: SelectorBench.Cheap, cancel: leaving.Token);
        await bench.InLineAsync(1);
        var second = bench.SelectAsync(60, only: SelectorBench.Cheap, cancel: TestContext.Current.CancellationToken);
        await bench.InLineAsync(2);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        held.Reservation!.Value.SettleUnknown();

        Assert.Equal(SelectorBench.Cheap, (await bench.Time.WhileAsync(second)).Selection.Target);
        Assert.Equal(0, bench.Room.Count);
    }

    [Fact]
    public async Task SelectAsync_RoomIsFull_IsRefusedAtOnce()
    {
        using var bench = new SelectorBench(maxWaiting: 0);
        bench.CheapAuthority.RefusesFor = TimeSpan.FromSeconds(3);
        var (selection, waited) = await bench.SelectNowAsync(only: SelectorBench.Cheap);

        Assert.Equal(429, selection.Error!.Status);
        Assert.InRange(waited, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task SelectAsync_PatienceIsOver_IsRefusedThen()
    {
        using var bench = new SelectorBench();
        bench.CheapAuthority.RefusesFor = TimeSpan.FromSeconds(2);
        var (selection, waited) = await bench.SelectNowAsync(patience: 5, SelectorBench.Cheap);

        Assert.Equal(429, selection.Error!.Status);
        Assert.InRange(waited, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(7));
        Assert.Equal(waited, selection.Decision!.Waited);
    }

    [Fact]
    public async Task SelectAsync_NoAuthorityAnswers_Is503()
    {
        using var bench = new SelectorBench();
        (bench.CheapAuthority.IsDown, bench.DearAuthority.IsDown) = (true, true);
        var error = (await bench.SelectNowAsync(patience: 0)).Selection.Error!;

        Assert.Equal((503, "service_unavailable"), (error.Status, error.Code));
        Assert.Contains("temporarily unavailable", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SelectAsync_SomebodyWaitsForTheTarget_TakesTheOtherAndSaysWhy()
    {
        using var bench = new SelectorBench(SelectorBench.OneAtATime);
        await bench.SelectNowAsync(only: SelectorBench.Cheap);
        var waiting = bench.SelectAsync(60, only: SelectorBench.Cheap);
        await bench.InLineAsync(1);
        bench.Advise(0.1, double.PositiveInfinity);
        var selection = (await bench.SelectNowAsync()).Selection;

        Assert.Equal(SelectorBench.Dear, selection.Target);
        Assert.Equal(
            [(0, 0.0, CandidateOutcome.OthersFirst), (1, 0.1, CandidateOutcome.Chosen)],
            selection.Decision!.Candidates.Select(candidate => (candidate.Target, candidate.Price, candidate.Outcome)));
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task SelectAsync_Chosen_DecisionTellsOfAllCandidates()
    {
        using var bench = new SelectorBench();
        bench.Advise(0.5, double.PositiveInfinity);
        var decision = (await bench.SelectNowAsync()).Selection.Decision!;

        Assert.Equal(("req_1", "auto", 1), (decision.RequestId, decision.Model, decision.Attempt));
        Assert.Equal(
            [(0, 0.0, CandidateOutcome.Chosen), (1, 0.5, CandidateOutcome.NotNeeded)],
            decision.Candidates.Select(candidate => (candidate.Target, candidate.Price, candidate.Outcome)));
        Assert.Equal(1, decision.Table!.Number);
    }
}
