using ThotNet.Planner.Simulation;

namespace ThotNet.Planner.Optimum;

/// <summary>The simulated time in blocks of equal length, up to the moment at which the last request loses its patience.</summary>
internal sealed class TimeBlocks
{
    private static readonly TimeSpan Finest = TimeSpan.FromMinutes(1);
    private readonly TimeSpan _patience;

    /// <summary>Blocks of a minute, or of the least power of two of minutes that needs no more than <paramref name="most"/>.</summary>
    public TimeBlocks(Scenario scenario, int most)
    {
        _patience = scenario.Patience;
        var end = scenario.Requests[^1].Offset + scenario.Patience;
        for (Width = Finest; end.Ticks / Width.Ticks >= most;) Width *= 2;
        Count = (int)(end.Ticks / Width.Ticks) + 1;
    }

    /// <summary>The length of a block.</summary>
    public TimeSpan Width { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>When a block begins.</summary>
    public TimeSpan StartOf(int block) => block * Width;

    /// <summary>The first and the last block in which a request of that time can be served.</summary>
    public (int First, int Last) ReachOf(TimeSpan time) => ((int)(time.Ticks / Width.Ticks), (int)((time + _patience).Ticks / Width.Ticks));
}
