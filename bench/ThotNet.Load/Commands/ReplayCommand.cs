using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using ThotNet.Load.Replay;
using ThotNet.Load.Reporting;
using ThotNet.Planner.Traces;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.Load.Commands;

/// <summary>
/// <c>replay</c>: recorded request times and sizes against a gateway. Exit code 0 if something was served and nothing overspent, 1 if not, 2 for
/// a trace that cannot be replayed.
/// </summary>
public static class ReplayCommand
{
    private static readonly Option<FileInfo> Trace = new("--trace") { Description = "Trace file: TIMESTAMP,ContextTokens,GeneratedTokens", Required = true };
    private static readonly Option<Uri> Gateway = Options.Url("--gateway", "Base URL of the gateway", required: true);
    private static readonly Option<Uri> Simulator = Options.Url("--simulator", "Base URL of the simulator, the judge of overspend");
    private static readonly Option<double> Speed = Options.Positive("--speed", 1, "How many times faster than recorded");
    private static readonly Option<double> Seconds = Options.Positive("--timeout", 120, "Seconds that one call may take");
    private static readonly Option<double> Scale = Options.Positive("--tokens-scale", 1, "Factor on the recorded numbers of tokens");
    private static readonly Option<int?> Limit = Options.MostCount("--limit", "Send only the first N requests");
    private static readonly Option<string> Key = new("--key")
    {
        Description = "The caller's key (default: the first of the environment variable THOTNET_API_KEYS)",
        DefaultValueFactory = _ => (Environment.GetEnvironmentVariable("THOTNET_API_KEYS") ?? "").Split(',')[0].Trim(),
    };
    private static readonly Option<string> Model = new("--model") { Description = "Model to ask for", DefaultValueFactory = _ => "auto" };
    private static readonly Option<StreamMode> Stream = new("--stream") { Description = "Ask for streams: true, false or mix" };
    private static readonly Option<int?> Prompts = Options.MostCount("--prompts", "Take prompts from a set of N, so that answers may come from the cache");
    private static readonly Option<double> Zipf = Options.Positive("--zipf", 1, "Exponent of the Zipf law by which they are taken; only with --prompts");
    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of the draws of prompts; only with --prompts" };
    private static readonly Option<ReportFormat> Format = Options.Format();
    private static readonly Option<IReadOnlyDictionary<string, double>> Targets = new("--targets")
    {
        Description = "Target shares to compare with, as weights (default: openrouter=70,groq=20,gemini=5)",
        CustomParser = ParseTargets,
        HelpName = "name=weight,...",
    };

    private static readonly Dictionary<string, double> StandardTargets = new() { ["openrouter"] = 70, ["groq"] = 20, ["gemini"] = 5 };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("replay", "Replay a recorded trace in an open loop and judge the result")
        {
            Trace, Gateway, Speed, Key, Limit, Model, Stream, Simulator, Seconds, Scale, Prompts, Zipf, Seed, Targets, Format,
        };
        command.Validators.Add(CheckPrompts);
        command.SetAction((parsed, cancellation) => RunAsync(Read(parsed), TimeProvider.System, cancellation));
        return command;
    }

    private static void CheckPrompts(CommandResult result)
    {
        if (result.GetResult(Prompts) is null && (result.GetResult(Zipf) is { Implicit: false } || result.GetResult(Seed) is not null))
        {
            result.AddError("--zipf and --seed: only with --prompts");
        }
    }

    private static PromptSet? ReadPrompts(ParseResult parsed) => parsed.GetValue(Prompts) is { } count
        ? new PromptSet(count, parsed.GetRequiredValue(Zipf), parsed.GetValue(Seed))
        : null;

    private static ReplaySettings Read(ParseResult parsed) => new()
    {
        Trace = parsed.GetRequiredValue(Trace),
        Gateway = parsed.GetRequiredValue(Gateway),
        Speed = parsed.GetRequiredValue(Speed),
        Key = parsed.GetRequiredValue(Key),
        Limit = parsed.GetValue(Limit) ?? int.MaxValue,
        Model = parsed.GetRequiredValue(Model),
        Stream = parsed.GetValue(Stream),
        Simulator = parsed.GetValue(Simulator),
        Timeout = TimeSpan.FromSeconds(parsed.GetRequiredValue(Seconds)),
        TokensScale = parsed.GetRequiredValue(Scale),
        Prompts = ReadPrompts(parsed),
        Targets = parsed.GetValue(Targets) ?? StandardTargets,
        Format = parsed.GetValue(Format),
    };

    private static async Task<int> RunAsync(ReplaySettings settings, TimeProvider time, CancellationToken cancellation)
    {
        IReadOnlyList<TraceEntry> trace;
        try
        {
            using var reader = settings.Trace.OpenText();
            trace = TraceReader.Read(reader, settings.Limit).Entries;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{settings.Trace}: {e.Message}");
            return 2;
        }

        var result = await ProgressView.RunAsync("replay", trace.Count, bar =>
            new ReplayRun(settings, time).RunAsync(trace, tally => bar.Value = tally.Ended, cancellation));
        var counts = settings.Simulator is { } simulator ? await JudgeAsync(simulator) : null;
        ReportWriter.Write(ReplayReport.Make(settings, result, counts), settings.Format, Console.Out);
        var withinQuotas = settings.Simulator is null || counts?.Quotas.All(quota => quota.WorstOverspend <= 0) == true;
        return withinQuotas && result.Tally.CountOf(CallResult.Served) > 0 ? 0 : 1;
    }

    private static async Task<StateReport?> JudgeAsync(Uri simulator)
    {
        try
        {
            return await SimulatorJudge.AskAsync(simulator);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException)
        {
            await Console.Error.WriteLineAsync($"The simulator's counts cannot be read, so overspend is unknown: {e.Message}");
            return null;
        }
    }

    private static Dictionary<string, double> ParseTargets(ArgumentResult result)
    {
        var targets = new Dictionary<string, double>();
        foreach (var pair in string.Join(',', result.Tokens.Select(token => token.Value)).Split(',', StringSplitOptions.TrimEntries))
        {
            var parts = pair.Split('=');
            if (parts.Length == 2 && double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) && weight > 0)
            {
                targets[parts[0]] = weight;
            }
            else
            {
                result.AddError($"--targets: not of the form name=weight: '{pair}'");
            }
        }

        return targets;
    }
}
