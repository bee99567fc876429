using System.Collections.Concurrent;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>
/// What this silo may spend of each quota, decided in memory. The authority of a quota is asked at most once a
/// <see cref="LeaseRules.Pace"/>, for all who wait together, and in advance before a lease runs dry.
/// </summary>
/// <remarks>
/// Failure policy: without an answer of the authority a lease in hand stays good to its end; after that requests are refused for 1
/// to 5 s at a time. Safe for concurrent use: each <see cref="SiloQuota"/> has a lock of its own, and the dictionary is concurrent.
/// </remarks>
public sealed partial class LeaseBook
{
    /// <summary>How long the authority has for an answer: 5 s. After it the outcome is unknown and the same question is asked again.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long a stop waits for requests in flight and for the authority: 5 s.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long a caller's limits are kept here after their last use, if nothing of them is held: 10 min.</summary>
    public static readonly TimeSpan CallerIsGone = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, SiloQuota> _quotas = new(StringComparer.Ordinal);
    private readonly IGrainFactory _grains;
    private readonly Catalog _catalog;
    private readonly TimeProvider _time;
    private readonly ILogger<LeaseBook> _log;
    private readonly Func<string, SiloQuota> _create;
    private readonly LeaseMetrics _metrics;

    /// <summary>The book of one silo.</summary>
    public LeaseBook(IGrainFactory grains, ILocalSiloDetails silo, Catalog catalog, TimeProvider time, ILogger<LeaseBook> log)
    {
        _grains = grains;
        _catalog = catalog;
        _time = time;
        _log = log;
        _metrics = new(() => _quotas.Values);

        // Numbers of questions follow the clock: those of a quota that was dropped and comes back are above its old ones.
        var (name, origin) = (silo.SiloAddress.ToParsableString(), time.GetTimestamp());
        _create = key => new(key, name, (long)time.GetElapsedTime(origin).TotalMilliseconds, () => catalog.Quotas.Find(key), time, Start, Ease);
    }

    /// <summary>Reserves from the lease in hand, without leaving the process; false when that is not possible at this moment.</summary>
    /// <param name="quotaKey">The quota.</param>
    /// <param name="amounts">What the request needs at most.</param>
    /// <param name="reservation">What was reserved; holds nothing when false.</param>
    public bool TryReserve(string quotaKey, QuotaAmounts amounts, out Reservation reservation) =>
        QuotaOf(quotaKey).TryReserve(amounts, out reservation);

    /// <summary>Reserves from the lease in hand or, in the order of arrival, from the next one.</summary>
    /// <param name="quotaKey">The quota.</param>
    /// <param name="amounts">What the request needs at most.</param>
    /// <param name="cancellationToken">Leaves the line.</param>
    /// <returns>The reservation, or why there is none and when there may be one.</returns>
    public ValueTask<ReserveOutcome> ReserveAsync(string quotaKey, QuotaAmounts amounts, CancellationToken cancellationToken) =>
        QuotaOf(quotaKey).ReserveAsync(amounts, cancellationToken);

    /// <summary>
    /// Tells the authority what the provider said. If it refused us, the quota is closed here at once and, through the authority, everywhere.
    /// </summary>
    /// <param name="quotaKey">The quota.</param>
    /// <param name="evidence">What the provider said.</param>
    public void ReportEvidence(string quotaKey, QuotaEvidence evidence)
    {
        if (QuotaOf(quotaKey).ReportEvidence(evidence))
        {
            LogEvidence(quotaKey, evidence.ClosedFor, evidence.Reason);
        }
    }

    /// <summary>The authority of a quota is said to have lost its state: tells it what was spent here.</summary>
    /// <param name="quotaKey">The quota.</param>
    public void Teach(string quotaKey) => QuotaOf(quotaKey).Teach();

    /// <summary>
    /// Tells all authorities that this silo starts with nothing, so that those who have no state need not wait for it.
    /// </summary>
    public void SayHello()
    {
        foreach (var quota in _catalog.Quotas.All)
        {
            if (quota.Learns)
            {
                Teach(quota.Key);
            }
        }
    }

    /// <summary>Where a quota stands that limits a caller.</summary>
    /// <param name="quotaKey">The quota.</param>
    /// <returns>Null as long as its authority has not said anything since its last use.</returns>
    public QuotaStanding? StandingOf(string quotaKey) => _quotas.TryGetValue(quotaKey, out var quota) ? quota.Standing() : null;

    /// <summary>Forgets the limits of callers who are gone: there may be any number of keys.</summary>
    public void DropIdle()
    {
        foreach (var (key, quota) in _quotas)
        {
            if (quota.IsOfCaller && quota.TryDrop(CallerIsGone))
            {
                _quotas.TryRemove(KeyValuePair.Create(key, quota));
                quota.Dispose();
            }
        }
    }

    /// <summary>
    /// Reserves nothing more and returns all leases. Ends when nothing is in flight and the authorities know all, at the latest after
    /// <see cref="StopTimeout"/>.
    /// </summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        var stopped = Task.WhenAll(_quotas.Values.Select(quota => quota.StopAsync()));
        try
        {
            await stopped.WaitAsync(StopTimeout, _time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            LogNotQuiet();
        }

        foreach (var quota in _quotas.Values)
        {
            quota.Dispose();
        }
    }

    /// <summary>Something of a quota came back, so that who was refused may try again before its time. Raised outside of all locks.</summary>
    internal event Action<string>? Eased;

    internal int Count => _quotas.Count;

    /// <summary>A question to some authority is on its way, or will be at once.</summary>
    internal bool IsAsking => _quotas.Values.Any(quota => quota.IsAsking);

    /// <summary>How many wait for the next lease of some quota.</summary>
    internal int Waiting => _quotas.Values.Sum(quota => quota.CountWaiting());

    private SiloQuota QuotaOf(string key)
    {
        while (true)
        {
            var quota = _quotas.GetOrAdd(key, _create);
            if (!quota.IsOfCaller || quota.Enter())
            {
                return quota;
            }

            // It was dropped at this very moment.
            _quotas.TryRemove(KeyValuePair.Create(key, quota));
        }
    }

    // The questions of a quota serve many callers, so they must not run in the context of the one that caused the first.
    private void Start(SiloQuota quota) =>
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Book.AskAllAsync(work.Quota), (Book: this, Quota: quota), preferLocal: false);

    private void Ease(SiloQuota quota)
    {
        if (!quota.IsOfCaller)
        {
            Eased?.Invoke(quota.Key);
        }
    }

    private async Task AskAllAsync(SiloQuota quota)
    {
        while (quota.NextQuestion() is { } question)
        {
            try
            {
                var answer = await AskAsync(quota.Key, question.Request);
                _metrics.Count(quota, answer);
                quota.Answered(question, answer);
            }
            catch (Exception exception)
            {
                _metrics.CountUnanswered(quota);
                LogNotAnswered(exception, quota.Key);
                quota.NotAnswered();
            }
        }
    }

    private Task<LeaseAnswer> AskAsync(string key, LeaseRequest request) =>
        _grains.GetGrain<IQuotaGrain>(key).Renew(request).WaitAsync(AnswerTimeout, _time);

    [LoggerMessage(2001, LogLevel.Warning, "Quota {Quota}: the authority did not answer")]
    private partial void LogNotAnswered(Exception exception, string quota);

    [LoggerMessage(2002, LogLevel.Warning, "Quota {Quota} is closed for {ClosedFor}: {Reason}")]
    private partial void LogEvidence(string quota, TimeSpan closedFor, string reason);

    [LoggerMessage(2003, LogLevel.Warning, "Some leases could not be returned before the stop; they count in full until they expire")]
    private partial void LogNotQuiet();
}
