using ThotNet.Planner.Simulation;
using ThotNet.Planner.Traces;
using ThotNet.Routing;

namespace ThotNet.Planner.Scenarios;

/// <summary>Puts scenarios together.</summary>
public static class ScenarioBuilder
{
    /// <summary>The longest patience that can be simulated, as callers may ask for: 2 min.</summary>
    public static readonly TimeSpan LongestPatience = TimeSpan.FromMinutes(2);

    private const int FirstYear = 1970;
    private const int LastYear = 2200;

    /// <summary>
    /// Lets a shaped trace begin at midnight UTC of the day it was recorded on, so that budgets of a UTC day are whole at the first request.
    /// </summary>
    /// <exception cref="FormatException">The trace cannot be shaped so; the message says why.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The patience is not 0 to 2 min.</exception>
    public static Scenario Build(RequestTrace trace, TraceShape shape, Catalog catalog, TimeSpan patience)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(patience, LongestPatience);
        var start = new DateTimeOffset(trace.First.UtcDateTime.Date, TimeSpan.Zero);
        if (start.Year is < FirstYear or > LastYear) throw new FormatException($"recorded in {start.Year}; allowed: {FirstYear} to {LastYear}");
        return new(shape.Apply(trace.Entries), catalog, start, patience);
    }
}
