using Microsoft.Extensions.Logging;
using Orleans.Storage;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;

namespace ThotNet.Grains.Quota;

/// <summary>Loads a quota's state, lets the <see cref="QuotaLedger"/> decide, stores, answers.</summary>
/// <remarks>
/// Calls interleave, but only at the await of a write: what the ledger does is one turn. The state is serialised when a write starts, so
/// a write that is asked for after a change includes it, and all who ask while another write runs share the next one.
/// When a write fails, nobody knows whether it was applied. From then on this activation refuses everybody, also those whose own write comes
/// through later, and ends; the next one reads what is stored. What it counted in memory is never taken back. A second activation, also one on
/// a silo that was declared dead and still runs, finds the record changed by the other with its next write and ends in the same way.
/// The authorities of providers stay in memory because the router asks them each second; those of idle callers are collected.
/// </remarks>
public sealed partial class QuotaGrain(
    [PersistentState(QuotaGrain.StateName, QuotaGrain.StorageName)] IPersistentState<QuotaState> state,
    Catalog catalog,
    IClusterMembershipService membership,
    ILocalSiloDetails silo,
    TimeProvider time,
    ILogger<QuotaGrain> log) : Grain, IQuotaGrain
{
    /// <summary>Name of the state in its storage.</summary>
    public const string StateName = "quota";

    /// <summary>Name of the grain storage that holds it.</summary>
    public const string StorageName = "thotnet";

    private readonly LiveSilos _live = new(membership);
    private string _key = "";
    private QuotaLedger? _ledger;
    private QuotaDefinition? _definition;
    private bool _learning;
    private bool _leaving;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = this.GetPrimaryKeyString();
        if (state.State.Version > QuotaState.CurrentVersion)
        {
            // Nothing is written and nothing answered: the record stays whole for the code that wrote it.
            LogTooNew(_key, state.State.Version, QuotaState.CurrentVersion);
            throw new NotSupportedException($"Quota {_key} was stored by a newer version.");
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<LeaseAnswer> Renew(LeaseRequest request)
    {
        var answer = await AnswerAsync(request);
        QuotaMetrics.CountAnswer(_key, answer);
        return answer;
    }

    /// <inheritdoc/>
    public Task<QuotaSnapshot> GetSnapshot() => Task.FromResult(
        catalog.Quotas.Find(_key) is { } definition
            ? LedgerFor(definition).Snapshot(time.GetUtcNow(), withReleases: true)
            : new QuotaSnapshot(_key, [], TimeSpan.Zero, null));

    private static LeaseAnswer Failed(LeaseRequest request) => new(request.Sequence, null, LeaseRefusal.StorageFailed, LeaseRules.FailureRetry);

    private async Task<LeaseAnswer> AnswerAsync(LeaseRequest request)
    {
        if (_leaving)
        {
            return Failed(request);
        }

        // Asked anew each time: limits may be replaced at run time. One that is gone grants nothing, but what was stored stays for its return.
        if (catalog.Quotas.Find(_key) is not { } definition)
        {
            return new(request.Sequence, null, LeaseRefusal.Unknown, TimeSpan.Zero);
        }

        var (answer, mustStore) = Decide(definition, request);
        NoteLearning(answer.Learning);
        return mustStore && !await TryStoreAsync() ? Failed(request) : answer;
    }

    private LedgerAnswer Decide(QuotaDefinition definition, LeaseRequest request)
    {
        try
        {
            return LedgerFor(definition).Renew(request, _live.Names, time.GetUtcNow());
        }
        catch
        {
            // A bug: what is half changed must not be stored with the next answer.
            Leave();
            throw;
        }
    }

    private QuotaLedger LedgerFor(QuotaDefinition definition)
    {
        if (_ledger is null)
        {
            _ledger = new(definition, state.State, isNew: !state.RecordExists, time.GetUtcNow());
            _ledger.TakeOver(silo.SiloAddress.ToParsableString());
        }
        else if (!ReferenceEquals(_definition, definition))
        {
            _ledger.Redefine(definition, time.GetUtcNow());
        }

        _definition = definition;
        return _ledger;
    }

    private async Task<bool> TryStoreAsync()
    {
        var begun = time.GetTimestamp();
        var stored = false;
        try
        {
            // No token: a write with one is not shared with other callers.
            await state.WriteStateAsync();
            stored = !_leaving;
        }
        catch (InconsistentStateException exception)
        {
            QuotaMetrics.CountConflict(_key);
            LogConflict(exception, _key);
            Leave();
        }
        catch (Exception exception)
        {
            LogNotStored(exception, _key);
            Leave();
        }

        QuotaMetrics.CountWrite(_key, time.GetElapsedTime(begun), stored);
        return stored;
    }

    private void Leave()
    {
        _leaving = true;
        DeactivateOnIdle();
    }

    private void NoteLearning(bool learning)
    {
        if (learning == _learning)
        {
            return;
        }

        _learning = learning;
        if (learning)
        {
            LogLearning(_key);
        }
        else
        {
            LogLearned(_key);
        }
    }

    [LoggerMessage(3001, LogLevel.Warning, "Quota {Quota}: the store did not confirm a change; nothing is granted and the stored state is read again")]
    private partial void LogNotStored(Exception exception, string quota);

    [LoggerMessage(3002, LogLevel.Warning, "Quota {Quota}: the record was changed by another activation or is gone; nothing is granted and it is read again")]
    private partial void LogConflict(Exception exception, string quota);

    [LoggerMessage(3003, LogLevel.Error, "Quota {Quota} was stored in version {Version}, this code reads up to {Readable}: nothing is granted and the record stays as it is")]
    private partial void LogTooNew(string quota, int version, int readable);

    [LoggerMessage(3004, LogLevel.Warning, "Quota {Quota}: no state or an older one was found; what was spent is learned from the silos before anything is granted")]
    private partial void LogLearning(string quota);

    [LoggerMessage(3005, LogLevel.Information, "Quota {Quota}: learned what was spent")]
    private partial void LogLearned(string quota);
}
