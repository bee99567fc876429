using ThotNet.Silo.Routing;

namespace ThotNet.Silo.Tests.Routing;

/// <summary>Routing is advice: nothing that has headroom is refused for its price, but it may be worth waiting for another.</summary>
public sealed class SelectorPriceTests : IDisposable
{
    private readonly SelectorBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task SelectAsync_OneHasAPrice_TakesTheOther()
    {
        _bench.Advise(1.5, double.PositiveInfinity);
        for (var request = 0; request < 5; request++)
        {
            Assert.Equal(SelectorBench.Cheap, (await _bench.SelectNowAsync()).Selection.Target);
        }
    }

    [Fact]
    public async Task SelectAsync_CheapOneIsSpentAndAllCanBeServed_TakesTheDearOneAtOnce()
    {
        SpendCheap(3);
        _bench.Advise(0.8, double.PositiveInfinity, (3, 10));

        Assert.Equal(SelectorBench.Dear, (await _bench.SelectNowAsync()).Selection.Target);
    }

    [Fact]
    public async Task SelectAsync_TooDear_WaitsForTheCheapOne()
    {
        SpendCheap(3);
        _bench.Advise(0.8, waitAbove: 0.5, (3, 10));
        var selecting = _bench.SelectAsync();
        await _bench.InLineAsync(1);
        _bench.CheapAuthority.RefusesFor = null;
        var (selection, waited) = await _bench.Time.WhileAsync(selecting);

        Assert.Equal(SelectorBench.Cheap, selection.Target);
        Assert.InRange(waited, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(5));
        Assert.Equal([CandidateOutcome.Chosen, CandidateOutcome.TooDear], selection.Decision!.Candidates.Select(candidate => candidate.Outcome));
        Assert.Empty(_bench.DearAuthority.Requests);
    }

    [Fact]
    public async Task SelectAsync_PriceIsNotThatMuchHigher_TakesItAtOnce()
    {
        SpendCheap(3);
        _bench.Advise(0.8, waitAbove: 0.8, (3, 10));

        Assert.Equal(SelectorBench.Dear, (await _bench.SelectNowAsync()).Selection.Target);
    }

    [Theory]
    [InlineData(30, 10)]
    [InlineData(3, 0)]
    public async Task SelectAsync_CheapOneWouldBeTooLate_TakesTheDearOneAtOnce(double ready, double patience)
    {
        SpendCheap(3);
        _bench.Advise(0.8, waitAbove: 0.5, (ready, 10));
        var (selection, waited) = await _bench.SelectNowAsync(patience);

        Assert.Equal(SelectorBench.Dear, selection.Target);
        Assert.InRange(waited, TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public async Task SelectAsync_OthersBeforeItMakeTheCheapOneTooLate_TakesTheDearOneAtOnce()
    {
        SpendCheap(3);
        _bench.Advise(0.8, waitAbove: 0.5, (3, 1), (30, 10));
        var first = _bench.SelectAsync(key: "a");
        await _bench.InLineAsync(1);
        var (second, _) = await _bench.Time.WhileAsync(_bench.SelectAsync(key: "b"));

        Assert.Equal(SelectorBench.Dear, second.Target);
        Assert.False(first.IsCompleted);
    }

    [Fact]
    public async Task SelectAsync_CheapOneDoesNotComeAfterAll_TakesTheDearOneAtTheLastCall()
    {
        SpendCheap(1);
        _bench.Advise(0.8, waitAbove: 0.5, (1, 10));
        var (selection, waited) = await _bench.SelectNowAsync();

        Assert.Equal(SelectorBench.Dear, selection.Target);
        Assert.InRange(waited, TimeSpan.FromSeconds(8.5), TimeSpan.FromSeconds(11));
    }

    [Fact]
    public async Task SelectAsync_RoomIsFull_TakesTheDearOneRatherThanNone()
    {
        using var bench = new SelectorBench(maxWaiting: 0);
        bench.CheapAuthority.RefusesFor = TimeSpan.FromSeconds(3);
        bench.Advise(0.8, waitAbove: 0.5, (3, 10));

        Assert.Equal(SelectorBench.Dear, (await bench.SelectNowAsync()).Selection.Target);
    }

    [Fact]
    public async Task SelectAsync_CheapestIsBroken_NothingIsTooDear()
    {
        for (var failure = 0; failure < 3; failure++)
        {
            _bench.Health.Failed(SelectorBench.Cheap, new(Providers.FailureClass.Transient, 500, "no"));
        }

        _bench.Advise(0.8, waitAbove: 0.5, (1, 10));

        Assert.Equal(SelectorBench.Dear, (await _bench.SelectNowAsync()).Selection.Target);
    }

    private void SpendCheap(double seconds) => _bench.CheapAuthority.RefusesFor = TimeSpan.FromSeconds(seconds);
}
