using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Silo.Evidence;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Routing;

/// <summary>Tells the router every second what this silo saw, and takes its newest table.</summary>
/// <remarks>
/// Failure policy: when the router does not answer, the last table stays. What was asked for is told again under its old number, so that the router counts it
/// once whether or not it got it the first time; what comes meanwhile waits for the answer.
/// </remarks>
public sealed partial class RouteReporter(
    IGrainFactory grains,
    ILocalSiloDetails silo,
    TargetHealth health,
    DemandMeter demand,
    RouteAdvice advice,
    LeaseBook leases,
    ForeignUseLog foreignUse,
    TimeProvider time,
    ILogger<RouteReporter> log) : BackgroundService
{
    /// <summary>Time between two reports.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private (long Number, ImmutableArray<DemandReport> Demand)? _unheard;
    private long _number;

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

    /// <summary>Tells the router once. It does not throw unless the silo stops.</summary>
    internal async Task ReportAsync(CancellationToken stopping)
    {
        try
        {
            var (number, asked) = _unheard ??= (++_number, demand.Take());
            var report = new SiloReport(silo.SiloAddress.ToParsableString(), health.Report(), advice.Table?.Number ?? 0) { Demand = asked, DemandNumber = number };
            var table = await grains.GetGrain<IRouterGrain>(0).Report(report).WaitAsync(Patience, time, stopping);
            _unheard = null;
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
        foreignUse.Look(table);
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
