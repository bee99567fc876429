using ThotNet.Grains.Abstractions.Routing;

namespace ThotNet.Silo.Routing;

/// <summary>Tells the router every second what this silo saw, and takes its newest table.</summary>
/// <remarks>Failure policy: when the router does not answer, the last table stays and the counts of that second are not reported again.</remarks>
public sealed partial class RouteReporter(
    IGrainFactory grains, SiloIdentity silo, TargetHealth health, RouteAdvice advice, TimeProvider time, ILogger<RouteReporter> logger)
    : BackgroundService
{
    /// <summary>Time between two reports.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            await ReportAsync(stoppingToken);
        }
        while (await NextAsync(timer, stoppingToken));
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ReportAsync(CancellationToken stopping)
    {
        try
        {
            var report = new SiloReport(silo.Name, health.TakeReport(), advice.Table?.Number ?? 0);
            var table = await grains.GetGrain<IRouterGrain>(0).Report(report).WaitAsync(Patience, time, stopping);
            if (table is not null)
            {
                advice.Update(table);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            LogNoTable(logger, exception);
        }
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Warning, Message = "The router did not answer; the last route table stays in use.")]
    private static partial void LogNoTable(ILogger logger, Exception exception);
}
