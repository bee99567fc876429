using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Routing;

/// <summary>Tells the router every second what this silo saw, and takes its newest table.</summary>
/// <remarks>Failure policy: when the router does not answer, the last table stays and the counts of that second are not reported again.</remarks>
public sealed partial class RouteReporter(
    IGrainFactory grains,
    ILocalSiloDetails silo,
    TargetHealth health,
    RouteAdvice advice,
    LeaseBook leases,
    TimeProvider time,
    ILogger<RouteReporter> log) : BackgroundService
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
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReportAsync(CancellationToken stopping)
    {
        try
        {
            var report = new SiloReport(silo.SiloAddress.ToParsableString(), health.TakeReport(), advice.Table?.Number ?? 0);
            var table = await grains.GetGrain<IRouterGrain>(0).Report(report).WaitAsync(Patience, time, stopping);
            if (table is not null)
            {
                Take(table);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The silo stops.
        }
        catch (Exception exception)
        {
            LogNoTable(exception);
        }
    }

    private void Take(RouteTable table)
    {
        advice.Update(table);
        foreach (var target in table.Targets)
        {
            if (target.Quota is { Learning: true } quota)
            {
                leases.Teach(quota.Key);
            }
        }
    }

    [LoggerMessage(2101, LogLevel.Warning, "The router did not answer; the last route table stays in use")]
    private partial void LogNoTable(Exception exception);
}
