using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>
/// What the authority refused lately, so that nobody asks again before its time. A refusal holds for all who want at least as much of
/// everything; a smaller request may still fit and is asked for. The lock of its <see cref="SiloQuota"/> owns it.
/// </summary>
internal sealed class RefusalMemory
{
    private const int Most = 8;

    private readonly List<Entry> _entries = [];

    public void Add(LeaseRefusal refusal, QuotaAmounts least, TimeSpan now, TimeSpan until, bool dayExhausted)
    {
        var entry = new Entry(refusal, least, until, dayExhausted);
        _entries.RemoveAll(old => old.Until <= now || (Covers(entry.Least, old.Least) && entry.Until >= old.Until));
        if (_entries.Count == Most)
        {
            _entries.RemoveAt(0);
        }

        _entries.Add(entry);
    }

    /// <summary>The longest lasting refusal that holds for these amounts, or null.</summary>
    public ReserveOutcome? Find(QuotaAmounts amounts, TimeSpan now)
    {
        Entry? found = null;
        foreach (var entry in _entries)
        {
            if (entry.Until > now && Covers(entry.Least, amounts) && (found is null || entry.Until > found.Value.Until))
            {
                found = entry;
            }
        }

        return found is { } refusal ? new(null, refusal.Refusal, RetryAfter(refusal, now), refusal.DayExhausted) : null;
    }

    /// <summary>Something came back: budgets that were spent may no longer be.</summary>
    public void ForgetExhausted() => _entries.RemoveAll(entry => entry.Refusal == LeaseRefusal.Exhausted);

    /// <summary>Whether who is refused <paramref name="least"/> is refused <paramref name="amounts"/>, too.</summary>
    public static bool Covers(QuotaAmounts least, QuotaAmounts amounts) => least.FitsInto(amounts);

    private static TimeSpan RetryAfter(Entry entry, TimeSpan now) =>
        entry.Refusal is LeaseRefusal.TooLarge or LeaseRefusal.Unknown ? TimeSpan.Zero : entry.Until - now;

    private readonly record struct Entry(LeaseRefusal Refusal, QuotaAmounts Least, TimeSpan Until, bool DayExhausted);
}
