using Microsoft.Extensions.Time.Testing;
using ThotNet.Load.Caching;

namespace ThotNet.Load.Tests.Caching;

public sealed class LookupLoopTests
{
    [Fact]
    public async Task RunAsync_FoundAndNotFound_CountsAndTimesThemApart()
    {
        var time = new FakeTimeProvider();
        var looks = 0;
        var loop = new LookupLoop(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(10));
                return ValueTask.FromResult(++looks != 3);
            },
            time);

        var result = await loop.RunAsync(TimeSpan.FromMilliseconds(95), TestContext.Current.CancellationToken);

        Assert.Equal(10, looks);
        Assert.Equal(9, result.Served);
        Assert.Equal(1, result.Errors);
        Assert.Equal(TimeSpan.FromMilliseconds(100), result.Duration);
        Assert.Equal(9, result.Latency.Count);
        Assert.Equal(TimeSpan.FromMilliseconds(10), result.Latency.Max);
    }

    [Fact]
    public async Task RunAsync_Cancelled_Ends()
    {
        using var cancel = new CancellationTokenSource();
        var loop = new LookupLoop(
            () =>
            {
                cancel.Cancel();
                return ValueTask.FromResult(true);
            },
            new FakeTimeProvider());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop.RunAsync(TimeSpan.FromSeconds(1), cancel.Token));
    }
}
