namespace ThotNet.Planner.Simulation;

/// <summary>A policy at work: it serves the requests of a <see cref="World"/>, or lets them go. Times are from the first request.</summary>
internal interface IDispatcher
{
    /// <summary>A request comes.</summary>
    void Arrive(int request, TimeSpan now);

    /// <summary>Time has passed: whoever can be served is, whoever's patience is over is not any more.</summary>
    void Advance(TimeSpan now);

    /// <summary>The next moment, after now, at which something may happen; null when nobody waits.</summary>
    TimeSpan? NextAt(TimeSpan now);
}
