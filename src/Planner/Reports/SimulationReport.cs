using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Optimum;
using ThotNet.Planner.Simulation;

namespace ThotNet.Planner.Reports;

/// <summary>Makes the report of simulated policies.</summary>
public static class SimulationReport
{
    /// <summary>Makes it.</summary>
    /// <param name="results">What became of the requests, policy by policy.</param>
    /// <param name="bound">What any choice could serve; null when it was not asked for.</param>
    public static Report Make(IReadOnlyList<SimulationResult> results, BoundResult? bound)
    {
        var report = new Report();
        AddPolicies(report, results, bound);
        AddTargets(report, results);
        AddBudgets(report, results);
        if (bound is not null) AddBound(report, bound, results.Count > 0 ? results[0].Requests : 0);
        return report;
    }

    /// <summary>A limit in words: <c>openrouter: 20 requests a minute, rolling</c>.</summary>
    internal static string NameOf(string quota, BudgetDefinition budget) => $"{ProviderOf(quota)}: {NameOf(budget)}";

    /// <summary>A limit in words, without whose it is.</summary>
    internal static string NameOf(BudgetDefinition budget)
    {
        var metric = budget.Metric switch
        {
            BudgetMetric.InputTokens => "input tokens",
            BudgetMetric.OutputTokens => "output tokens",
            BudgetMetric.ConcurrentRequests => "requests at once",
            BudgetMetric.Cost => "millionths of a dollar",
            _ => budget.Metric.ToString().ToLowerInvariant(),
        };
        var kind = budget.Kind switch
        {
            BudgetKind.Calendar when budget.TimeZone != "UTC" => $"calendar of {budget.TimeZone}",
            BudgetKind.LeakyBucket => "leaky bucket",
            _ => budget.Kind.ToString().ToLowerInvariant(),
        };
        return budget.Metric == BudgetMetric.ConcurrentRequests ? $"{budget.Amount:#,0} {metric}" : $"{budget.Amount:#,0} {metric} {NameOf(budget.Window)}, {kind}";
    }

    private static string NameOf(TimeSpan window) => window switch
    {
        { Ticks: TimeSpan.TicksPerSecond } => "a second",
        { Ticks: TimeSpan.TicksPerMinute } => "a minute",
        { Ticks: TimeSpan.TicksPerHour } => "an hour",
        { Ticks: TimeSpan.TicksPerDay } => "a day",
        _ => $"in {window:c}",
    };

    private static string ProviderOf(string quota) => quota.Split('/') is ["provider", var provider, ..] ? provider : quota;

    private static void AddPolicies(Report report, IReadOnlyList<SimulationResult> results, BoundResult? bound)
    {
        var table = report.Add(
            "Policies", 1,
            "policy", "requests", "served", "refused", "served share", "of bound", "waited", "wait mean", "wait p50", "wait p99", "wait longest", "worst overspend");
        foreach (var result in results)
        {
            table.AddRow(
                result.Policy, result.Requests, result.Served, result.Refused, new Part(result.ServedShare), OfBound(result, bound),
                result.Waits.Waited, result.Waits.Mean, result.Waits.P50, result.Waits.P99, result.Waits.Longest, result.WorstOverspend);
        }
    }

    private static Part? OfBound(SimulationResult result, BoundResult? bound) =>
        bound is { Requests: > 0 } ? new((double)result.Served / bound.Requests) : null;

    private static void AddTargets(Report report, IReadOnlyList<SimulationResult> results)
    {
        var table = report.Add("Targets", 2, "policy", "target", "served", "tokens", "configured share", "achieved share");
        foreach (var result in results)
        {
            foreach (var target in result.Targets)
            {
                table.AddRow(result.Policy, target.Target, target.Served, target.Tokens, new Part(target.ConfiguredShare), new Part(target.AchievedShare));
            }
        }
    }

    private static void AddBudgets(Report report, IReadOnlyList<SimulationResult> results)
    {
        var table = report.Add("Budgets", 2, "policy", "budget", "used", "utilisation", "first exhausted", "exhausted for", "overspend");
        foreach (var result in results)
        {
            foreach (var budget in result.Budgets)
            {
                table.AddRow(
                    result.Policy, NameOf(budget.Quota, budget.Definition), budget.Used, new Part(budget.Utilisation),
                    budget.ExhaustedAt, budget.ExhaustedFor, budget.Overspend);
            }
        }
    }

    private static void AddBound(Report report, BoundResult bound, int requests)
    {
        report.Add("Bound", 1, "name", "requests", "share", "found in")
            .AddRow("any offline choice", bound.Requests, new Part(requests == 0 ? 0 : (double)bound.Requests / requests), bound.Elapsed);
        var table = report.Add("Worth of budgets", 1, "budget", "requests for one more unit a window");
        foreach (var price in bound.Prices) table.AddRow(NameOf(price.Quota, price.Definition), Math.Round(price.Price, 6));
    }
}
