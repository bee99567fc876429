using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Routing;
using ThotNet.Routing.Shares;

namespace ThotNet.Grains.Routing;

/// <summary>Gathers what silos and quotas say, at most once a second, whoever asks for it.</summary>
/// <remarks>
/// The turns of the grain own all its fields. A table older than a second is made anew by the first who comes; others that come while it
/// is made get the last one, unless there is none.
/// </remarks>
public sealed partial class RouterGrain(Catalog catalog, TimeProvider time, ILogger<RouterGrain> log) : Grain, IRouterGrain
{
    /// <summary>How old a table may be before the next call makes a new one: 1 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How long the authorities have for their snapshots: 1 s.</summary>
    public static readonly TimeSpan SnapshotTimeout = TimeSpan.FromSeconds(1);

    private readonly RouteTableBuilder _builder = new(catalog);
    private RouteTable? _table;
    private Task<RouteTable>? _making;

    /// <inheritdoc/>
    public async Task<RouteTable?> Report(SiloReport report)
    {
        _builder.Take(report, time.GetUtcNow());
        var table = await GetTable();
        return table.Number == report.KnownTable ? null : table;
    }

    /// <inheritdoc/>
    public async Task<RouteTable> GetTable()
    {
        if (_table is { } fresh && time.GetUtcNow() - fresh.MadeAt < Period)
        {
            return fresh;
        }

        if (_making is { } making)
        {
            return _table ?? await making;
        }

        _making = MakeTable();
        try
        {
            return _table = await _making;
        }
        finally
        {
            _making = null;
        }
    }

    private async Task<RouteTable> MakeTable()
    {
        var snapshots = new ConcurrentDictionary<string, QuotaSnapshot>(StringComparer.Ordinal);
        await Task.WhenAll(catalog.Quotas.Select(quota => AddSnapshot(quota.Key, snapshots)));
        return _builder.Build(snapshots, time.GetUtcNow());
    }

    private async Task AddSnapshot(string key, ConcurrentDictionary<string, QuotaSnapshot> snapshots)
    {
        try
        {
            snapshots[key] = await GrainFactory.GetGrain<IQuotaGrain>(key).GetSnapshot().WaitAsync(SnapshotTimeout, time);
        }
        catch (Exception exception)
        {
            LogNoSnapshot(exception, key);
        }
    }

    [LoggerMessage(3101, LogLevel.Warning, "Quota {Quota} gave no snapshot; the route table goes without it")]
    private partial void LogNoSnapshot(Exception exception, string quota);
}
