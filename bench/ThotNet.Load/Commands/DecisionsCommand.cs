using System.CommandLine;
using ThotNet.Load.Decisions;
using ThotNet.Load.Reporting;

namespace ThotNet.Load.Commands;

/// <summary><c>decisions</c>: what it costs to decide that a request may be sent, against a token bucket in Redis. Exit code 1 if one was refused.</summary>
public static class DecisionsCommand
{
    private static readonly Option<double> Seconds = Options.Positive("--seconds", 5, "Length of one measurement");
    private static readonly Option<int> Callers = Options.Count("--callers", 32, "Callers that decide at the same time");
    private static readonly Option<int> Rounds = Options.Count("--rounds", 3, "How often each is measured");
    private static readonly Option<ReportFormat> Format = Options.Format();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("decisions", "Decisions of leases against a Redis Lua token bucket for each request") { Seconds, Callers, Rounds, Format };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(Callers),
            TimeSpan.FromSeconds(parsed.GetRequiredValue(Seconds)),
            parsed.GetRequiredValue(Rounds),
            parsed.GetValue(Format),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int callers, TimeSpan seconds, int rounds, ReportFormat format, CancellationToken cancellation)
    {
        var results = await new DecisionRun(callers, seconds, TimeProvider.System).RunAsync(rounds, cancellation);
        ReportWriter.Write(DecisionReport.Make(results, callers, rounds), format, Console.Out);
        return results.Values.All(measured => measured.TrueForAll(one => one.Result.Refused == 0)) ? 0 : 1;
    }
}
