using Microsoft.Extensions.Logging;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;

namespace ThotNet.Grains.Quota;

/// <summary>Loads a quota's state, lets the <see cref="QuotaLedger"/> decide, stores, answers.</summary>
/// <remarks>
/// Calls interleave, but only at the await of a write: what the ledger does is one turn. The state is serialised when a write starts, so
/// a write that is asked for after a change includes it, and all who ask while another write runs share the next one. If a write fails,
/// whether it was applied or not, this activation has counted more than was granted and ends; the next one reads what is stored.
/// </remarks>
public sealed partial class QuotaGrain(
    [PersistentState(QuotaGrain.StateName, QuotaGrain.StorageName)] IPersistentState<QuotaState> state,
    Catalog catalog,
    ILocalSiloDetails silo,
    TimeProvider time,
    ILogger<QuotaGrain> log) : Grain, IQuotaGrain
{
    /// <summary>Name of the state in its storage.</summary>
    public const string StateName = "quota";

    /// <summary>Name of the grain storage that holds it.</summary>
    public const string StorageName = "thotnet";

    private QuotaLedger? _ledger;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (catalog.Quotas.Find(this.GetPrimaryKeyString()) is { } definition)
        {
            _ledger = new QuotaLedger(definition, state.State, !state.RecordExists, time.GetUtcNow());
            _ledger.TakeOver(silo.SiloAddress.ToParsableString());
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<LeaseAnswer> Renew(LeaseRequest request)
    {
        if (_ledger is null)
        {
            return new(request.Sequence, null, LeaseRefusal.Unknown, TimeSpan.Zero);
        }

        var (answer, mustStore) = _ledger.Renew(request, [], time.GetUtcNow());
        return !mustStore || await TryStore() ? answer : new(request.Sequence, null, LeaseRefusal.StorageFailed, LeaseRules.FailureRetry);
    }

    /// <inheritdoc/>
    public Task<QuotaSnapshot> GetSnapshot() =>
        Task.FromResult(_ledger?.Snapshot(time.GetUtcNow()) ?? new QuotaSnapshot(this.GetPrimaryKeyString(), [], TimeSpan.Zero, null));

    private async Task<bool> TryStore()
    {
        try
        {
            // No token: a write with one is not shared with other callers.
            await state.WriteStateAsync();
            return true;
        }
        catch (Exception exception)
        {
            LogNotStored(exception, this.GetPrimaryKeyString());
            DeactivateOnIdle();
            return false;
        }
    }

    [LoggerMessage(3001, LogLevel.Warning, "Quota {Quota}: the store did not confirm a change; nothing is granted and the stored state is read again")]
    private partial void LogNotStored(Exception exception, string quota);
}
