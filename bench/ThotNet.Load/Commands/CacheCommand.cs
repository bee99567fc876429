using System.CommandLine;
using ThotNet.Load.Caching;
using ThotNet.Load.Reporting;

namespace ThotNet.Load.Commands;

/// <summary>
/// <c>cache</c>: hits of the cache in closed loops against proxies that cache nothing, and one at a time against a bare GET in Redis, everything started by
/// the tool itself. Exit code 1 if something could not be started or an answer was no hit.
/// </summary>
public static class CacheCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new LoopOptions(seconds: 4).Create(
        "cache", "Hits of the cache: closed loops against bare YARP, and one at a time against a GET in Redis", RunAsync);

    private static async Task<int> RunAsync(LoopSettings settings, CancellationToken cancellation)
    {
        var run = new CacheRun(settings.Connections, settings.Length, TimeProvider.System);
        var (report, isGood) = await ProgressView.RunAsync(
            ProgressView.Starting, CacheRun.StepsOf(settings.Rounds), bar => run.RunAsync(settings.Rounds, bar.Begin, cancellation));
        ReportWriter.Write(report, settings.Format, Console.Out);
        return isGood ? 0 : 1;
    }
}
