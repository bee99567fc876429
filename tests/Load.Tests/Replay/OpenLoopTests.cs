using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Load.Replay;

namespace ThotNet.Load.Tests.Replay;

public sealed class OpenLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly Channel<(int Number, TimeSpan At)> _started = Channel.CreateUnbounded<(int, TimeSpan)>();

    [Fact]
    public async Task RunAsync_EarlierWorkNeverEnds_StartsEachAtItsTime()
    {
        var open = new TaskCompletionSource();
        var run = new OpenLoop(_time).RunAsync(Seconds(0, 1, 1, 2.5), Start(_ => open.Task), CancellationToken.None);

        Assert.Equal((0, TimeSpan.Zero), await NextAsync());
        _time.Advance(TimeSpan.FromSeconds(0.999));
        Assert.False(_started.Reader.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Equal((1, TimeSpan.FromSeconds(1)), await NextAsync());
        Assert.Equal((2, TimeSpan.FromSeconds(1)), await NextAsync());
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal((3, TimeSpan.FromSeconds(2.5)), await NextAsync());

        Assert.False(run.IsCompleted);
        open.SetResult();
        Assert.Equal(4, await run.WaitAsync(Patience));
    }

    [Fact]
    public async Task RunAsync_OneStartIsSlow_LatenessDoesNotAddUp()
    {
        var loop = new OpenLoop(_time);
        var run = loop.RunAsync(Seconds(0, 1, 2), Start(SlowFirst), CancellationToken.None);

        Assert.Equal((0, TimeSpan.Zero), await NextAsync());
        Assert.Equal((1, TimeSpan.FromSeconds(1.4)), await NextAsync());
        _time.Advance(TimeSpan.FromSeconds(0.6));
        Assert.Equal((2, TimeSpan.FromSeconds(2)), await NextAsync());
        await run.WaitAsync(Patience);
        Assert.Equal(TimeSpan.FromSeconds(0.4), loop.Lateness.Max);
        Assert.Equal(TimeSpan.Zero, loop.Lateness.Percentile(0.5));

        Task SlowFirst(int number)
        {
            if (number == 0) _time.Advance(TimeSpan.FromSeconds(1.4));
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task RunAsync_Cancelled_StartsNoMoreAndWaitsForWhatRuns()
    {
        using var stop = new CancellationTokenSource();
        var open = new TaskCompletionSource();
        var run = new OpenLoop(_time).RunAsync(Seconds(0, 60), Start(_ => open.Task), stop.Token);
        await NextAsync();

        await stop.CancelAsync();
        Assert.False(run.IsCompleted);
        open.SetResult();

        Assert.Equal(1, await run.WaitAsync(Patience));
    }

    private static TimeSpan[] Seconds(params double[] seconds) => [.. seconds.Select(TimeSpan.FromSeconds)];

    private Func<int, Task> Start(Func<int, Task> work)
    {
        var begin = _time.GetTimestamp();
        return number =>
        {
            _started.Writer.TryWrite((number, _time.GetElapsedTime(begin)));
            return work(number);
        };
    }

    private Task<(int Number, TimeSpan At)> NextAsync() => _started.Reader.ReadAsync().AsTask().WaitAsync(Patience);
}
