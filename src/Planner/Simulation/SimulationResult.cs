using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Planner.Simulation;

/// <summary>What became of all requests under one policy.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Requests">How many there were.</param>
/// <param name="Served">How many were served.</param>
/// <param name="Targets">What each target served, in the order of the catalog.</param>
/// <param name="Budgets">What became of each budget, quota by quota in the order of the catalog.</param>
/// <param name="Waits">How long those waited that were served.</param>
/// <param name="Timeline">What happened in each 96th part of the simulated time, for plots.</param>
public sealed record SimulationResult(
    string Policy,
    int Requests,
    int Served,
    ImmutableArray<TargetResult> Targets,
    ImmutableArray<BudgetResult> Budgets,
    WaitResult Waits,
    ImmutableArray<TimelineResult> Timeline)
{
    /// <summary>How many were refused.</summary>
    public int Refused => Requests - Served;

    /// <summary>The part that was served, 0 to 1.</summary>
    public double ServedShare => Requests == 0 ? 0 : (double)Served / Requests;

    /// <summary>By how much the worst budget was overspent in its worst window; 0 when none was.</summary>
    public long WorstOverspend => Budgets.IsEmpty ? 0 : Budgets.Max(budget => budget.Overspend);
}

/// <summary>What one target served.</summary>
/// <param name="Target">Its id.</param>
/// <param name="Served">Requests.</param>
/// <param name="Tokens">Tokens of prompts and outputs.</param>
/// <param name="ConfiguredShare">The share of all requests it should serve, 0 to 1.</param>
/// <param name="AchievedShare">The part of the served ones that it served, 0 to 1.</param>
public sealed record TargetResult(string Target, int Served, long Tokens, double ConfiguredShare, double AchievedShare);

/// <summary>What became of one budget.</summary>
/// <param name="Quota">Key of its quota.</param>
/// <param name="Definition">The limit.</param>
/// <param name="Used">All that was spent of it.</param>
/// <param name="Utilisation">The part used of what it could give in the simulated time, 0 to 1.</param>
/// <param name="ExhaustedAt">When it first refused for lack of room, from the start; null when it never did.</param>
/// <param name="ExhaustedFor">For how long in all it had no room for the smallest request.</param>
/// <param name="Overspend">By how much its limit was exceeded in the worst of all windows; 0 when it never was.</param>
public sealed record BudgetResult(
    string Quota, BudgetDefinition Definition, long Used, double Utilisation, TimeSpan? ExhaustedAt, TimeSpan ExhaustedFor, long Overspend);

/// <summary>How long requests waited that were served.</summary>
/// <param name="Waited">How many did not get their answer at once.</param>
/// <param name="Mean">Mean over all served.</param>
/// <param name="P50">Median over all served.</param>
/// <param name="P99">99th percentile over all served.</param>
/// <param name="Longest">The longest.</param>
public sealed record WaitResult(int Waited, TimeSpan Mean, TimeSpan P50, TimeSpan P99, TimeSpan Longest);

/// <summary>What happened in one part of the simulated time.</summary>
/// <param name="From">Its start, from the first request.</param>
/// <param name="Requests">Requests that came.</param>
/// <param name="Served">Of these, how many were served, target by target.</param>
public sealed record TimelineResult(TimeSpan From, int Requests, ImmutableArray<int> Served);
