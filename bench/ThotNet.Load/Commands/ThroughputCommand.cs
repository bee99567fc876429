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
    /// <summary>Makes the command.</summary>
    public static Command Create() => new LoopOptions(seconds: 5).Create(
        "throughput", "Closed loops: upstream, nginx, bare YARP, YARP -> YARP, silo, gateway + silo", RunAsync);

    private static async Task<int> RunAsync(LoopSettings settings, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        using var fleet = new Fleet(time);
        var subjects = await fleet.StartAsync(cancellation);
        Subject[] present = [.. subjects.Where(subject => subject.Missing.Length == 0)];
        var run = new ThroughputRun(settings.Connections, settings.Length, time);
        var results = await ProgressView.RunAsync(ProgressView.Starting, WayRun.StepsOf(present.Length, settings.Rounds), async bar =>
        {
            var measured = await run.RunAsync(present, settings.Rounds, bar.Begin, cancellation);
            bar.Begin("done");
            return measured;
        });
        ReportWriter.Write(ThroughputReport.Make(subjects, results, settings.Connections, settings.Rounds), settings.Format, Console.Out);
        return subjects.Any(subject => subject.Missing.StartsWith("did not start", StringComparison.Ordinal)) ? 1 : 0;
    }
}
