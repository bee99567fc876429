using ThotNet.Planner.Projection;

namespace ThotNet.Planner.Reports;

/// <summary>Makes the report of projected days.</summary>
public static class ProjectionReport
{
    private const string Browser = "browser (webllm)";

    /// <summary>Makes it.</summary>
    /// <param name="results">The days; at least one.</param>
    public static Report Make(IReadOnlyList<ProjectionResult> results)
    {
        var report = new Report();
        var table = report.Add(
            "Projection", 2,
            "users a day", "provider", "share", "requests", "tokens", "allowed a day", "limit", "fits", "runs out at",
            "overflow requests", "overflow tokens", "overflow dollars");
        foreach (var result in results) AddDay(table, result);
        AddNotes(report, results[0].Input);
        return report;
    }

    private static void AddDay(ReportTable table, ProjectionResult result)
    {
        var input = result.Input;
        foreach (var provider in result.Providers)
        {
            AddRow(
                provider.Provider, provider.Demand, provider.Fits, provider.Allowed,
                provider.Limit is { } limit ? SimulationReport.NameOf(limit) : null, provider.RunsOutAt);
        }

        if (result.Browser > 0) AddRow(Browser, result.Browser, result.Browser);
        AddRow("all", input.Requests, result.Browser + result.Providers.Sum(provider => provider.Fits));
        AddRow("all, moved where there is room", input.Requests, result.Browser + result.FitsMoved);

        void AddRow(string name, long demand, long fits, long? allowed = null, string? limit = null, TimeSpan? runsOutAt = null) => table.AddRow(
            input.Users, name, new Part(input.Requests == 0 ? 0 : (double)demand / input.Requests), demand, demand * input.TokensPerRequest, allowed, limit, fits,
            runsOutAt?.ToString("hh':'mm", null), demand - fits, (demand - fits) * input.TokensPerRequest, Math.Round((demand - fits) * input.Price, 4));
    }

    private static void AddNotes(Report report, ProjectionInput input)
    {
        report.Notes.Add(FormattableString.Invariant(
            $"Each request has {input.TokensPerRequest:#,0} tokens, {input.OutputTokens:#,0} of them output. A million tokens that do not fit cost {input.InputPrice:0.####} dollars (prompt) and {input.OutputPrice:0.####} (output)."));
        report.Notes.Add("Requests come in a steady stream over the day: bursts may find limits of a minute spent although the day's are not.");
    }
}
