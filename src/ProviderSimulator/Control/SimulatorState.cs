using System.Collections.Concurrent;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Faults;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Control;

/// <summary>
/// Everything the simulator knows and everything that can be changed while it runs; <c>/control</c> is the same over HTTP. All members
/// are thread-safe.
/// </summary>
public sealed class SimulatorState
{
    private readonly AccountBook _accounts;
    private readonly RequestLog _log;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, bool> _perModel;
    private readonly ConcurrentDictionary<(string Provider, string Model, int Status), long> _counts = new();
    private long _requests; // Interlocked.
    private long _inFlight; // Interlocked.
    private long _clientsLeft; // Interlocked.
    private volatile SimulatedLatency _latency; // Replaced as a whole.

    internal SimulatorState(SimulatorOptions options, TimeProvider time)
    {
        _accounts = new AccountBook(options.Providers, time);
        _log = new RequestLog(options.RequestLogSize);
        _latency = options.Latency;
        BodyBytesKept = options.RequestLogBodyBytes;
        _perModel = options.Providers.ToDictionary(provider => provider.Key, provider => provider.Value.QuotasPerModel, StringComparer.Ordinal);
        _time = time;
    }

    /// <summary>How slow the models are.</summary>
    public SimulatedLatency Latency
    {
        get => _latency;
        set => _latency = value;
    }

    /// <summary>Requests to models being answered now.</summary>
    public long InFlight => Interlocked.Read(ref _inFlight);

    /// <summary>Requests to models whose client closed the connection before the answer was complete.</summary>
    public long ClientDisconnects => Interlocked.Read(ref _clientsLeft);

    internal FaultBook Faults { get; } = new();

    internal int BodyBytesKept { get; }

    /// <summary>Where every quota of every account seen so far stands.</summary>
    public IReadOnlyList<QuotaState> Quotas() =>
    [
        .. from account in _accounts.All()
           from entry in account.Account.Standings()
           orderby account.Provider, account.Name, entry.Model, entry.Quota.Name
           select QuotaState.Of(account.Provider, account.Name, entry.Model, entry.Quota, entry.Standing),
    ];

    /// <summary>The worst overspend of any quota of <paramref name="metric"/> since the start or the last reset; 0 if there was none.</summary>
    public long WorstOverspend(QuotaMetric metric) =>
        Quotas().Where(quota => quota.Metric == metric).Select(quota => quota.WorstOverspend).DefaultIfEmpty().Max();

    /// <summary>Requests to models by provider, model (empty if none served) and status.</summary>
    public IReadOnlyList<RequestCount> Counts() =>
    [
        .. _counts.Select(entry => new RequestCount(entry.Key.Provider, entry.Key.Model, entry.Key.Status, entry.Value))
            .OrderBy(count => count.Provider, StringComparer.Ordinal).ThenBy(count => count.Model, StringComparer.Ordinal)
            .ThenBy(count => count.Status),
    ];

    /// <summary>At most <paramref name="last"/> requests to models, the oldest first.</summary>
    public IReadOnlyList<ReceivedRequest> Requests(int last = int.MaxValue) =>
        [.. _log.Last(last).Select(record => record.View())];

    /// <summary>Puts a fault in force.</summary>
    /// <exception cref="ArgumentException">The definition is wrong; the message says how.</exception>
    public ActiveFault AddFault(Fault fault) => Faults.Add(fault);

    /// <summary>The faults in force; one that has struck as often as it should is gone.</summary>
    public IReadOnlyList<ActiveFault> ActiveFaults() => Faults.List();

    /// <summary>Ends one fault; false if there is none of that number.</summary>
    public bool RemoveFault(int id) => Faults.Remove(id);

    /// <summary>Ends all faults.</summary>
    public void ClearFaults() => Faults.Clear();

    /// <summary>Gives a provider other quotas; the counts of its accounts start anew.</summary>
    /// <param name="provider">Name of the provider.</param>
    /// <param name="quotas">All its quotas by name; none means no limits.</param>
    /// <exception cref="ArgumentException">The provider is not known or a definition is wrong; nothing was changed.</exception>
    public void ReplaceQuotas(string provider, IReadOnlyDictionary<string, SimulatedQuota> quotas)
    {
        foreach (var (name, quota) in quotas)
        {
            if (quota.Problem() is { } problem)
                throw new ArgumentException($"{provider}:{name}: {problem}", nameof(quotas));
        }

        _accounts.Replace(provider, quotas);
    }

    /// <summary>Charges an account as if somebody else had used it.</summary>
    /// <exception cref="ArgumentException">The provider is not known, a model is missing or one too many, or an amount is out of range.</exception>
    public void SpendByOthers(ForeignSpend spend)
    {
        ArgumentNullException.ThrowIfNull(spend);
        const long Most = 1_000_000_000_000;
        if (!_perModel.TryGetValue(spend.Provider, out var perModel))
            throw new ArgumentException($"'{spend.Provider}' is not a provider.", nameof(spend));
        if (perModel == string.IsNullOrEmpty(spend.Model))
            throw new ArgumentException(perModel ? "Quotas are per model: name one." : "Quotas are not per model.", nameof(spend));
        if (spend.Requests is < 0 or > Most || spend.Tokens is < 0 or > Most)
            throw new ArgumentException("Requests and tokens must be 0 to 10^12.", nameof(spend));
        AccountOf(spend.Provider, spend.Account).SpendByOthers(spend.Model ?? "", spend.Requests, spend.Tokens);
    }

    /// <summary>Forgets all counts, requests and faults; quotas and latency stay as they are.</summary>
    public void Reset()
    {
        Faults.Clear();
        _accounts.Clear();
        _counts.Clear();
        _log.Clear();
        Interlocked.Exchange(ref _clientsLeft, 0);
    }

    internal Account AccountOf(string provider, string name) => _accounts.Get(provider, name);

    internal RequestRecord Begin(string provider, HttpRequest request)
    {
        var record = new RequestRecord(Interlocked.Increment(ref _requests), _time.GetUtcNow(), provider, request);
        _log.Add(record);
        Interlocked.Increment(ref _inFlight);
        return record;
    }

    internal void Count(RequestRecord record, int status)
    {
        record.Status = status;
        _counts.AddOrUpdate((record.Provider, record.Model, status), 1, (_, count) => count + 1);
    }

    internal void End(RequestRecord record)
    {
        if (record.Outcome == RequestOutcome.ClientLeft)
            Interlocked.Increment(ref _clientsLeft);
        Interlocked.Decrement(ref _inFlight);
    }
}
