using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>
/// What the authority refused lately, so that nobody asks again before its time. A refusal holds for all who want at least as much of
/// everything; a smaller request may still fit and is asked for. The lock of its <see cref="SiloQuota"/> owns it.
/// </summary>
/// <param name="find">The quota's limits as they are now: what was refused under others says nothing.</param>
internal sealed class RefusalMemory(Func<QuotaDefinition?> find)
{
    private const int Most = 8;

    private static readonly TimeSpan TooLargeMemory = TimeSpan.FromMinutes(1);

    private readonly List<Entry> _entries = [];
    private QuotaDefinition? _limits;

    /// <summary>Remembers a refusal.</summary>
    /// <returns>For whom it holds, and what they are told.</returns>
    public (QuotaAmounts Least, ReserveOutcome Outcome) Add(LeaseAnswer answer, QuotaAmounts least, TimeSpan now)
    {
        // Only what is too much depends on how much it was.
        var covered = answer.Refusal is LeaseRefusal.Exhausted or LeaseRefusal.TooLarge ? least : QuotaAmounts.Zero;
        ForgetOtherLimits();
        var entry = new Entry(answer.Refusal, covered, now + HoldsFor(answer), answer.DayExhausted);
        _entries.RemoveAll(old => old.Until <= now || (Covers(entry.Least, old.Least) && entry.Until >= old.Until));
        if (_entries.Count == Most)
        {
            _entries.RemoveAt(0);
        }

        _entries.Add(entry);
        return (covered, OutcomeOf(entry, now));
    }

    /// <summary>The longest lasting refusal that holds for these amounts, or null.</summary>
    public ReserveOutcome? Find(QuotaAmounts amounts, TimeSpan now)
    {
        ForgetOtherLimits();
        Entry? found = null;
        foreach (var entry in _entries)
        {
            if (entry.Until > now && Covers(entry.Least, amounts) && (found is null || entry.Until > found.Value.Until))
            {
                found = entry;
            }
        }

        return found is { } refusal ? OutcomeOf(refusal, now) : null;
    }

    /// <summary>Something came back: budgets that were spent may no longer be.</summary>
    public void ForgetExhausted() => _entries.RemoveAll(entry => entry.Refusal == LeaseRefusal.Exhausted);

    /// <summary>Whether who is refused <paramref name="least"/> is refused <paramref name="amounts"/>, too.</summary>
    public static bool Covers(QuotaAmounts least, QuotaAmounts amounts) => least.FitsInto(amounts);

    private void ForgetOtherLimits()
    {
        var limits = find();
        if (!ReferenceEquals(limits, _limits))
        {
            _limits = limits;
            _entries.Clear();
        }
    }

    private static TimeSpan HoldsFor(LeaseAnswer answer) => answer.Refusal switch
    {
        LeaseRefusal.TooLarge => TooLargeMemory,

        // The authority's silo may be about to read the settings that this one has.
        LeaseRefusal.Unknown or LeaseRefusal.Stale => LeaseRules.FailureRetry,

        // It may end at any moment: as soon as the last silo has told what it spent.
        LeaseRefusal.Learning when answer.RetryAfter > LeaseRules.ReturnPoll => LeaseRules.ReturnPoll,
        _ => answer.RetryAfter,
    };

    private static ReserveOutcome OutcomeOf(Entry entry, TimeSpan now)
    {
        var wait = entry.Refusal is LeaseRefusal.TooLarge or LeaseRefusal.Unknown ? TimeSpan.Zero : entry.Until - now;
        return new(null, entry.Refusal, wait, entry.DayExhausted);
    }

    private readonly record struct Entry(LeaseRefusal Refusal, QuotaAmounts Least, TimeSpan Until, bool DayExhausted);
}
