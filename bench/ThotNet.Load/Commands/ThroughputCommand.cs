using System.CommandLine;
using ThotNet.Load.Reporting;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Commands;

/// <summary>
/// <c>throughput</c>: closed loops against ThotNet and against what one would compare it with, everything started by the tool itself.
/// Exit code 1 if a subject could not be started although its programs are there.
/// </summary>
public static class ThroughputCommand
{
    private static readonly Option<double> Seconds = Options.Positive("--seconds", 5, "Length of one measurement");
    private static readonly Option<int> Connections = Options.Count("--connections", 32, "Connections that the load keeps busy");
    private static readonly Option<int> Rounds = Options.Count("--rounds", 3, "How often each subject is measured");
    private static readonly Option<ReportFormat> Format = Options.Format();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("throughput", "Closed loops: upstream, nginx, bare YARP, YARP -> YARP, silo, gateway + silo")
        {
            Seconds, Connections, Rounds, Format,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(Connections),
            TimeSpan.FromSeconds(parsed.GetRequiredValue(Seconds)),
            parsed.GetRequiredValue(Rounds),
            parsed.GetValue(Format),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int connections, TimeSpan seconds, int rounds, ReportFormat format, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        using var fleet = new Fleet(time);
        var subjects = await fleet.StartAsync(cancellation);
        Subject[] present = [.. subjects.Where(subject => subject.Missing.Length == 0)];
        var run = new ThroughputRun(connections, seconds, time);
        var results = await ProgressView.RunAsync("starting", ThroughputRun.StepsOf(present.Length, rounds), async bar =>
        {
            var measured = await run.RunAsync(present, rounds, step => Show(bar, step), cancellation);
            Show(bar, "done");
            return measured;
        });
        ReportWriter.Write(ThroughputReport.Make(subjects, results, connections, rounds), format, Console.Out);
        return subjects.Any(subject => subject.Missing.StartsWith("did not start", StringComparison.Ordinal)) ? 1 : 0;
    }

    private static void Show(Spectre.Console.ProgressTask bar, string step)
    {
        if (bar.Description != "starting") bar.Increment(1);
        bar.Description = step;
    }
}
