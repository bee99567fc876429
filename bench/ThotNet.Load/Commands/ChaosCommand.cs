using System.CommandLine;
using ThotNet.Load.Chaos;
using ThotNet.Load.Reporting;

namespace ThotNet.Load.Commands;

/// <summary>
/// <c>chaos</c>: a cluster whose silos, authorities, Redis and clocks fail under a load far above its budgets. Exit code 0 if nothing was
/// overspent and the budgets were used, 1 if not.
/// </summary>
public static class ChaosCommand
{
    private static readonly Option<ChaosScenario?> Scenario = new("--scenario") { Description = "One scenario only (default: all)" };
    private static readonly Option<double> Seconds = Options.Positive("--seconds", 180, "How long the load lasts in each scenario, in real seconds");
    private static readonly Option<double> Window = Options.Positive("--window", 60, "Length of the budgets' short windows in seconds");
    private static readonly Option<int> Silos = Options.Count("--silos", 3, "Silos in the cluster");
    private static readonly Option<int> Speed = Options.Count("--speed", 1, "How many times faster than real the cluster's clocks run (needs faketime)");
    private static readonly Option<int> Workers = Options.Count("--workers", 32, "Requests under way at once");
    private static readonly Option<BindingBudget> Budgets = new("--budgets") { Description = "Which limits bind: requests or tokens" };
    private static readonly Option<string?> Cluster = new("--cluster") { Description = "Directory of a local cluster that is up (default: one is started)" };
    private static readonly Option<ReportFormat> Format = new("--format")
    {
        Description = "Form of the report: table, markdown or json",
        DefaultValueFactory = _ => ReportFormat.Markdown,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("chaos", "Faults in a cluster under load: overspend and utilisation as the providers count them")
        {
            Scenario, Seconds, Window, Silos, Speed, Workers, Budgets, Cluster, Format,
        };
        command.SetAction((parsed, cancellation) => RunAsync(Read(parsed), parsed.GetValue(Scenario), parsed.GetValue(Format), cancellation));
        return command;
    }

    private static ChaosSettings Read(ParseResult parsed) => new()
    {
        Duration = TimeSpan.FromSeconds(parsed.GetRequiredValue(Seconds)),
        Window = TimeSpan.FromSeconds(parsed.GetRequiredValue(Window)),
        Silos = parsed.GetRequiredValue(Silos),
        Speed = parsed.GetRequiredValue(Speed),
        Workers = parsed.GetRequiredValue(Workers),
        Budgets = parsed.GetValue(Budgets),
        Cluster = parsed.GetValue(Cluster),
    };

    private static async Task<int> RunAsync(ChaosSettings settings, ChaosScenario? only, ReportFormat format, CancellationToken cancellation)
    {
        ChaosScenario[] scenarios = only is { } one ? [one] : Enum.GetValues<ChaosScenario>();
        var run = new ChaosRun(settings, TimeProvider.System);
        var results = new List<ChaosResult>();
        try
        {
            foreach (var scenario in scenarios)
            {
                await Console.Error.WriteLineAsync($"{scenario} ...");
                results.Add(await run.RunAsync(scenario, cancellation));
            }
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
        }

        ReportWriter.Write(ChaosReport.Make(settings, results), format, Console.Out);
        return results.Count == scenarios.Length && results.TrueForAll(result => result.Passes) ? 0 : 1;
    }
}
