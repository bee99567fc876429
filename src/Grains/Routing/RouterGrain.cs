using Microsoft.Extensions.Logging;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Routing;
using ThotNet.Routing.Shares;

namespace ThotNet.Grains.Routing;

/// <summary>Gathers what silos and quotas say, at most once a second, whoever reports first.</summary>
/// <remarks>The turns of the grain own all its fields. Reports do not interleave: those that come while a table is made wait for it.</remarks>
public sealed partial class RouterGrain(Catalog catalog, TimeProvider time, ILogger<RouterGrain> log) : Grain, IRouterGrain
{
    /// <summary>How old a table may be before the next report makes a new one: 1 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How long the authorities have for their snapshots: 1 s.</summary>
    public static readonly TimeSpan SnapshotTimeout = TimeSpan.FromSeconds(1);

    private readonly RouteTableBuilder _builder = new(catalog);

    // Not those of callers' keys: nobody is routed by them, and asking each second would keep all of them in memory.
    private readonly string[] _quotas = [.. catalog.Targets.Select(target => target.QuotaKey).Distinct(StringComparer.Ordinal)];
    private RouteTable? _table;

    /// <inheritdoc/>
    public async Task<RouteTable?> Report(SiloReport report)
    {
        _builder.Take(report, time.GetUtcNow());
        if (_table is null || time.GetUtcNow() - _table.MadeAt >= Period)
        {
            var snapshots = await Task.WhenAll(_quotas.Select(SnapshotOf));
            _table = _builder.Build(snapshots.OfType<QuotaSnapshot>().ToDictionary(quota => quota.Key, StringComparer.Ordinal), time.GetUtcNow());
        }

        return _table.Number == report.KnownTable ? null : _table;
    }

    private async Task<QuotaSnapshot?> SnapshotOf(string key)
    {
        try
        {
            return await GrainFactory.GetGrain<IQuotaGrain>(key).GetSnapshot().WaitAsync(SnapshotTimeout, time);
        }
        catch (Exception exception)
        {
            LogNoSnapshot(exception, key);
            return null;
        }
    }

    [LoggerMessage(3101, LogLevel.Warning, "Quota {Quota} gave no snapshot; the route table goes without it")]
    private partial void LogNoSnapshot(Exception exception, string quota);
}
