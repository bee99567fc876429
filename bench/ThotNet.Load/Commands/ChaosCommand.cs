using System.CommandLine;
using System.Text.Json;
using ThotNet.Load.Chaos;
using ThotNet.Load.Reporting;

namespace ThotNet.Load.Commands;

/// <summary>
/// <c>chaos</c>: a cluster whose silos, authorities, Redis and clocks fail under a load far above its budgets. Exit code 0 if nothing was
/// overspent and the budgets were used, 1 if not.
/// </summary>
public static class ChaosCommand
{
    private static readonly Option<ChaosScenario[]> Scenarios = new("--scenario")
    {
        Description = "These scenarios only (default: all)",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int> Parallel = Options.Count("--parallel", 1, "How many scenarios at once, each with a cluster of its own");
    private static readonly Option<double> Seconds = Options.Positive("--seconds", 720, "How long the load lasts in each scenario, in real seconds");
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
            Scenarios, Parallel, Seconds, Window, Silos, Speed, Workers, Budgets, Cluster, Format,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            Read(parsed), parsed.GetValue(Scenarios) ?? [], parsed.GetValue(Parallel), parsed.GetValue(Format), cancellation));
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

    private static async Task<int> RunAsync(
        ChaosSettings settings, ChaosScenario[] only, int parallel, ReportFormat format, CancellationToken cancellation)
    {
        ChaosScenario[] scenarios = only.Length > 0 ? only : Enum.GetValues<ChaosScenario>();
        var run = new ChaosRun(settings, TimeProvider.System);
        using var turns = new SemaphoreSlim(parallel);
        var results = (await Task.WhenAll(scenarios.Select(scenario => TryAsync(run, scenario, turns, cancellation)))).OfType<ChaosResult>().ToList();
        ReportWriter.Write(ChaosReport.Make(settings, results), format, Console.Out);
        return results.Count == scenarios.Length && results.TrueForAll(result => result.Passes) ? 0 : 1;
    }

    private static async Task<ChaosResult?> TryAsync(ChaosRun run, ChaosScenario scenario, SemaphoreSlim turns, CancellationToken cancellation)
    {
        await turns.WaitAsync(cancellation);
        try
        {
            await Console.Error.WriteLineAsync($"{scenario} ...");
            return await run.RunAsync(scenario, cancellation);
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or JsonException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            await Console.Error.WriteLineAsync($"{scenario}: {e.Message}");
            return null;
        }
        finally
        {
            turns.Release();
        }
    }
}
