using System.Collections.Concurrent;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>
/// What this silo may spend of each quota, decided in memory. A call to the authority is made only when a lease has run dry, one at a
/// time for each quota, for all who wait together.
/// </summary>
/// <remarks>
/// Failure policy: without an answer of the authority a lease in hand stays good to its end; after that requests are refused for a
/// second at a time. Safe for concurrent use: each <see cref="SiloQuota"/> has a lock of its own, and the dictionary is concurrent.
/// </remarks>
public sealed partial class LeaseBook
{
    /// <summary>How long the authority has for an answer: 5 s. After it the outcome is unknown and the same question is asked again.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long a stop waits for requests in flight and for the authority: 5 s.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, SiloQuota> _quotas = new(StringComparer.Ordinal);
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly ILogger<LeaseBook> _log;
    private readonly Func<string, SiloQuota> _create;

    /// <summary>The book of one silo.</summary>
    public LeaseBook(IGrainFactory grains, ILocalSiloDetails silo, TimeProvider time, ILogger<LeaseBook> log)
    {
        _grains = grains;
        _time = time;
        _log = log;
        _create = key => new SiloQuota(key, silo.SiloAddress.ToParsableString(), time, Start);
    }

    /// <summary>Reserves from the lease in hand, without leaving the process; false when that is not possible at this moment.</summary>
    /// <param name="quotaKey">The quota.</param>
    /// <param name="amounts">What the request needs at most.</param>
    /// <param name="reservation">What was reserved; holds nothing when false.</param>
    public bool TryReserve(string quotaKey, QuotaAmounts amounts, out Reservation reservation)
    {
        var reserved = QuotaOf(quotaKey).TryReserve(amounts);
        reservation = reserved.GetValueOrDefault();
        return reserved.HasValue;
    }

    /// <summary>Reserves from the lease in hand or, in the order of arrival, from the next one.</summary>
    /// <param name="quotaKey">The quota.</param>
    /// <param name="amounts">What the request needs at most.</param>
    /// <param name="cancellationToken">Leaves the line.</param>
    /// <returns>The reservation, or why there is none and when there may be one.</returns>
    public ValueTask<ReserveOutcome> ReserveAsync(string quotaKey, QuotaAmounts amounts, CancellationToken cancellationToken) =>
        QuotaOf(quotaKey).ReserveAsync(amounts, cancellationToken);

    /// <summary>Closes a quota here at once and, through the authority, everywhere, because its provider refused us.</summary>
    public void ReportEvidence(string quotaKey, QuotaEvidence evidence)
    {
        LogEvidence(quotaKey, evidence.ClosedFor, evidence.Reason);
        QuotaOf(quotaKey).ReportEvidence(evidence);
    }

    /// <summary>Sees that expired leases are closed and that all that is due is reported; does not wait for it.</summary>
    public void Report()
    {
        foreach (var quota in _quotas.Values)
        {
            quota.Tick();
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
    }

    /// <summary>A question to some authority is on its way, or will be at once.</summary>
    internal bool IsAsking => _quotas.Values.Any(quota => quota.IsAsking);

    private SiloQuota QuotaOf(string key) => _quotas.GetOrAdd(key, _create);

    // The questions of a quota serve many callers, so they must not run in the context of the one that caused the first.
    private void Start(SiloQuota quota) =>
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Book.AskAllAsync(work.Quota), (Book: this, Quota: quota), preferLocal: false);

    private async Task AskAllAsync(SiloQuota quota)
    {
        while (quota.NextQuestion() is { } question)
        {
            try
            {
                quota.Answered(question, await AskAsync(quota.Key, question.Request));
            }
            catch (Exception exception)
            {
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
