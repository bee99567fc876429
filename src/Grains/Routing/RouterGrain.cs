using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Grains.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Prices;
using ThotNet.Routing.Shares;

namespace ThotNet.Grains.Routing;

/// <summary>Gathers what silos and quotas say, at most once a second, whoever reports first.</summary>
/// <remarks>
/// The turns of the grain own all its fields. Reports do not interleave: those that come while a table is made wait for it.
/// Failure policy: a table without snapshots or prices is better than none, and what was learned of the day may be lost: all that fails is logged, and
/// it goes on.
/// </remarks>
public sealed partial class RouterGrain(
    Catalog catalog, [FromKeyedServices(QuotaGrain.StorageName)] IGrainStorage storage, TimeProvider time, ILogger<RouterGrain> log) : Grain, IRouterGrain
{
    /// <summary>How old a table may be before the next report makes a new one: 1 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How long the authorities have for their snapshots: 1 s.</summary>
    public static readonly TimeSpan SnapshotTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The least time between two writes of what was learned of the day: 5 min.</summary>
    public static readonly TimeSpan StorePeriod = TimeSpan.FromMinutes(5);

    private readonly RouteTableBuilder _builder = new(catalog);
    private readonly Pricing _pricing = new(catalog);

    // Not those of callers' keys: nobody is routed by them, and asking each second would keep all of them in memory.
    private readonly string[] _quotas = [.. catalog.Targets.Select(target => target.QuotaKey).Distinct(StringComparer.Ordinal)];
    private ProfileStore? _store;
    private Task _storing = Task.CompletedTask;
    private RouteTable? _table;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _store = new(storage, this.GetGrainId(), time, log);
        return RestoreAsync(_store);
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _storing;
        if (_store is { HasRead: true })
        {
            await _store.WriteAsync(_pricing.Profile);
        }
    }

    /// <inheritdoc/>
    public async Task<RouteTable?> Report(SiloReport report)
    {
        var demand = _builder.Take(report, time.GetUtcNow());
        if (!demand.IsEmpty)
        {
            Try(() => _pricing.Take(demand, time.GetUtcNow()));
        }

        if (_table is null || time.GetUtcNow() - _table.MadeAt >= Period)
        {
            var snapshots = await Task.WhenAll(_quotas.Select(SnapshotOf));
            _table = Build(snapshots.OfType<QuotaSnapshot>().ToDictionary(quota => quota.Key, StringComparer.Ordinal), time.GetUtcNow());
            StoreIfDue();
        }

        return _table.Number == report.KnownTable ? null : _table;
    }

    private RouteTable Build(Dictionary<string, QuotaSnapshot> quotas, DateTimeOffset now)
    {
        PriceTable? prices = null;
        Try(() => prices = _pricing.Update(quotas, now));
        return _builder.Build(quotas, prices, now);
    }

    private async Task RestoreAsync(ProfileStore store)
    {
        if (await store.ReadAsync() is { } profile)
        {
            Try(() => _pricing.Restore(profile));
        }
    }

    // Nobody waits for the store.
    private void StoreIfDue()
    {
        if (_store is { IsDue: true } store && _storing.IsCompleted)
        {
            _storing = store.HasRead ? store.WriteAsync(_pricing.Profile) : RestoreAsync(store);
        }
    }

    private void Try(Action pricing)
    {
        try
        {
            pricing();
        }
        catch (Exception exception)
        {
            LogNoPrices(exception);
        }
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

    [LoggerMessage(3102, LogLevel.Error, "Prices could not be made; nothing has a price until they can")]
    private partial void LogNoPrices(Exception exception);
}
