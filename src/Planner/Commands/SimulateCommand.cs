using System.CommandLine;
using System.Globalization;
using ThotNet.Planner.Policies;
using ThotNet.Planner.Providers;
using ThotNet.Planner.Reports;
using ThotNet.Planner.Scenarios;
using ThotNet.Planner.Simulation;
using ThotNet.Planner.Traces;
using ThotNet.Routing;

namespace ThotNet.Planner.Commands;

/// <summary><c>simulate</c>: what policies would serve of recorded requests, against the best that any choice could.</summary>
/// <param name="engine">Simulates one policy.</param>
/// <param name="time">Measures how long the bound takes.</param>
internal sealed class SimulateCommand(Engine engine, TimeProvider time)
{
    private const string All = "all";
    private const int CancelledExitCode = 130;

    private readonly Option<RequestTrace> _trace = PlannerOptions.Trace();
    private readonly Option<Catalog?> _providers = PlannerOptions.Providers();
    private readonly Option<TraceCurve> _shape = PlannerOptions.Shape();
    private readonly Option<ReportFormat> _format = PlannerOptions.Format();
    private readonly Option<double> _stretch = PlannerOptions.Number("--stretch", "Factor on all times", 1, TraceShape.LeastStretch, TraceShape.MostStretch);
    private readonly Option<double> _scale = PlannerOptions.Number("--tokens-scale", "Factor on all numbers of tokens", 1, TraceShape.LeastScale, TraceShape.MostScale);
    private readonly Option<double> _patience = PlannerOptions.Number(
        "--patience", "Seconds that a request waits at most for headroom", 10, 0, ScenarioBuilder.LongestPatience.TotalSeconds);
    private readonly Option<int> _seed = PlannerOptions.Whole("--seed", "What random policies draw from", 1, 0, int.MaxValue);
    private readonly Option<TraceSlice?> _slice = PlannerOptions.Of(
        "--slice", "Only the requests of this part of the recorded trace", "hh:mm:ss-hh:mm:ss", ReadSlice);
    private readonly Option<string> _policy = PlannerOptions.Of(
        "--policy", "What chooses the targets", string.Join('|', PolicyNames.All.Append(All)), All, ReadPolicy);
    private readonly Option<string?> _plot = PlannerOptions.Of<string?>("--plot", "Also draw requests and targets over the time", "file.svg", ReadPlot);
    private readonly Option<bool> _noBound = new("--no-bound") { Description = "Leave out the bound of any offline choice" };

    /// <summary>Makes the command.</summary>
    public Command Create()
    {
        var command = new Command("simulate", "Simulate routing policies on recorded requests, and bound what any could serve")
        {
            _trace, _slice, _stretch, _shape, _scale, _providers, _policy, _patience, _seed, _noBound, _format, _plot,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            var scenario = Build(parsed);
            var policies = parsed.GetValue(_policy) is { } one and not All ? [one] : PolicyNames.All;
            var run = new SimulationRun(scenario, engine, parsed.GetValue(_seed), time);
            var (results, bound) = await ProgressView.RunAsync(errors, watch => run.Execute(policies, !parsed.GetValue(_noBound), watch, cancellation));
            if (parsed.GetValue(_plot) is { } plot) TimelinePlot.Draw(results, scenario.Requests[^1].Offset).Save(plot);
            ReportWriter.Write(SimulationReport.Make(results, bound), parsed.GetValue(_format), output);
            return 0;
        }
        catch (Exception bad) when (bad is FormatException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync(bad is FormatException ? $"--trace: {bad.Message}" : $"--plot: {bad.Message}");
            return PlannerCommands.BadInput;
        }
        catch (OperationCanceledException)
        {
            return CancelledExitCode;
        }
    }

    private Scenario Build(ParseResult parsed)
    {
        var shape = new TraceShape(parsed.GetValue(_stretch), parsed.GetValue(_shape), parsed.GetValue(_scale), parsed.GetValue(_slice));
        var patience = TimeSpan.FromSeconds(parsed.GetValue(_patience));
        return ScenarioBuilder.Build(parsed.GetRequiredValue(_trace), shape, parsed.GetValue(_providers) ?? ProvidersFile.Seed(), patience);
    }

    private static string ReadPolicy(string name, ICollection<string> errors)
    {
        if (name != All && !PolicyNames.All.Contains(name)) errors.Add($"'{name}' is not known; allowed: {string.Join(", ", PolicyNames.All.Append(All))}");
        return name;
    }

    private static TraceSlice? ReadSlice(string text, ICollection<string> errors)
    {
        var ends = text.Split('-');
        if (ends.Length == 2 && TryReadTime(ends[0], out var from) && TryReadTime(ends[1], out var to) && from < to) return new(from, to);
        errors.Add($"'{text}' is not allowed; allowed: a start and a later end such as 00:10:00-00:20:00");
        return null;
    }

    private static bool TryReadTime(string text, out TimeSpan time) => TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out time);

    private static string ReadPlot(string path, ICollection<string> errors)
    {
        if (path.Length == 0 || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)))) errors.Add($"'{path}' is in no existing folder");
        else if (Directory.Exists(path)) errors.Add($"'{path}' is a folder");
        return path;
    }
}
