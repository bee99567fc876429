using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;

namespace ThotNet.Routing.Quota;

/// <summary>
/// How an authority that has lost its state, or has an old one, hears from the silos what was spent. It grants nothing until all that it cannot know
/// has left the short windows, and keeps the long ones to a safe share until every live silo has told.
/// </summary>
internal sealed class LearningPhase
{
    private readonly QuotaState _state;
    private readonly BudgetBook _book;
    private readonly Dictionary<string, Teller> _tellers = [];
    private readonly HashSet<long> _adopted = [];
    private bool _anyHadLease;
    private long _loaded;
    private long _heardOf;
    private long _firstGranted = long.MaxValue;

    public LearningPhase(QuotaState state, BudgetBook book)
    {
        (_state, _book, _loaded) = (state, book, state.LastLease);
    }

    public bool IsOn => _state.LearningSince is not null;

    /// <summary>Until when nothing is granted.</summary>
    public DateTimeOffset PausedUntil => _state.LearningSince is { } since ? since + PauseOf(_book.Definition) : DateTimeOffset.MinValue;

    public void Begin(DateTimeOffset now)
    {
        _tellers.Clear();
        _anyHadLease = false;
        _state.LearnsAbove = Math.Min(IsOn ? _state.LearnsAbove : long.MaxValue, Math.Min(_loaded, _state.LastLease));
        _state.LearningSince = now;
    }

    public void Granted(long lease) => _firstGranted = Math.Min(_firstGranted, lease);

    /// <summary>What of a budget may not be granted for the time being.</summary>
    public long ReserveOf(Budget budget)
    {
        var amount = budget.Definition.Amount;
        return IsOn && budget.Definition.Window >= LeaseRules.LongWindow && budget is not ConcurrentBudget
            ? amount - (long)(Math.Clamp(_book.Definition.SafeShare, 0, 1) * amount)
            : 0;
    }

    /// <summary>Hears whether state was lost; true if that changed anything.</summary>
    public bool Hear(LeaseRequest request, DateTimeOffset now)
    {
        var isLost = request.LastLease > _state.LastLease || (request.LastLease > _loaded && request.LastLease < _firstGranted);
        if (isLost && _book.Definition.Learns && (!IsOn || IsLostAgain(request.LastLease)))
        {
            Begin(now);
        }

        _heardOf = isLost ? Math.Max(_heardOf, request.LastLease) : _heardOf;
        _state.LastLease = Math.Max(_state.LastLease, request.LastLease);
        return isLost;
    }

    /// <summary>Hears what a silo has spent, after its reports were taken in; true if that changed anything.</summary>
    public bool Listen(LeaseRequest request, DateTimeOffset now)
    {
        if (!IsOn)
        {
            return false;
        }

        var teller = TellerOf(request.Silo);
        teller.NeverHadLease = request.LastLease == 0;
        _anyHadLease |= request.LastLease > 0;
        if (request.History is not { } history)
        {
            teller.HasTold |= teller.NeverHadLease;
            return false;
        }

        // Its history holds what it knows to be known. What it reports as settled may be known too: an answer may not have reached it.
        (teller.HasTold, teller.Parts) = (true, [.. history]);
        foreach (var report in request.Reports.Where(report => report.Settled))
        {
            teller.Parts.AddRange(PartsOf(ReportedLease.Of(request.Silo, report, now), now));
        }

        Merge(now);
        return true;
    }

    /// <summary>A lease that is not known but was granted by a lost state, as a record; null if it is none.</summary>
    public LeaseRecord? Adopt(string silo, LeaseReport report, DateTimeOffset now)
    {
        if (!IsOn || report.LeaseId <= _state.LearnsAbove || report.LeaseId >= _firstGranted || !_adopted.Add(report.LeaseId))
        {
            return null;
        }

        var lease = ReportedLease.Of(silo, report, now);
        (lease.Amounts, lease.Closed, lease.Slack) = (lease.Used, false, 2 * Budget.ClockMargin);
        return lease;
    }

    /// <summary>What a settled lease used is part of its silo's total, which tells so only with its next question.</summary>
    public void Settled(LeaseRecord lease, DateTimeOffset now)
    {
        if (IsOn)
        {
            TellerOf(lease.Silo).Parts.AddRange(PartsOf(lease, now));
        }
    }

    /// <summary>Ends learning when there is nothing more to learn; true if it ended.</summary>
    public bool EndIfDone(IReadOnlyCollection<string> liveSilos, DateTimeOffset now)
    {
        if (!IsOn || !(_book.Definition.Learns ? IsDone(liveSilos, now) : true))
        {
            return false;
        }

        _state.LearningSince = null;
        _tellers.Clear();
        _adopted.Clear();
        (_loaded, _firstGranted) = (_state.LastLease, long.MaxValue);
        return true;
    }

    // The record may have been put back to one that was learning already: what was granted since then it does not wait for.
    private bool IsLostAgain(long lease) => lease > _heardOf && ReportedLease.GrantedBy(lease) > _state.LearningSince - (2 * Budget.ClockMargin);

    // As its silo will tell it.
    private IEnumerable<SpentPart> PartsOf(LeaseRecord lease, DateTimeOffset now)
    {
        foreach (var budget in _book.Definition.Budgets)
        {
            List<Bucket> parts = [];
            HistoryRule.Of(budget).Settle(parts, LeaseCharges.Of(lease, budget, now), now);
            foreach (var part in parts)
            {
                yield return new(HistoryRule.KeyOf(budget), part.At, part.Amount);
            }
        }
    }

    private bool IsDone(IReadOnlyCollection<string> liveSilos, DateTimeOffset now)
    {
        var (allNew, allTold) = (!_anyHadLease, now >= PausedUntil);
        foreach (var silo in liveSilos)
        {
            _tellers.TryGetValue(silo, out var teller);
            allNew &= teller is { NeverHadLease: true };
            allTold &= teller is { HasTold: true };
        }

        if (liveSilos.Count == 0)
        {
            allTold &= _tellers.Values.All(teller => teller.HasTold);
        }

        return allNew || allTold;
    }

    private void Merge(DateTimeOffset now)
    {
        for (var index = 0; index < _book.Budgets.Length; index++)
        {
            var (budget, key) = (_book.Budgets[index], HistoryRule.KeyOf(_book.Definition.Budgets[index]));
            var parts = _tellers.Values.SelectMany(teller => teller.Parts)
                .Where(part => part.Budget == key && part.Amount > 0)
                .OrderBy(part => part.At)
                .Select(part => new Bucket { At = part.At, Amount = part.Amount })
                .ToList();
            if (parts.Count > 0)
            {
                _book.Merge(budget, parts, now);
            }
        }
    }

    private Teller TellerOf(string silo)
    {
        if (!_tellers.TryGetValue(silo, out var teller))
        {
            _tellers[silo] = teller = new();
        }

        return teller;
    }

    private static TimeSpan PauseOf(QuotaDefinition definition)
    {
        var window = TimeSpan.Zero;
        foreach (var budget in definition.Budgets)
        {
            window = budget.Window < LeaseRules.LongWindow && budget.Window > window ? budget.Window : window;
        }

        window = window < LeaseRules.LongestLearning ? window : LeaseRules.LongestLearning;
        return window + LeaseRules.Lifetime + LeaseRules.ReceiptMargin + (2 * Budget.ClockMargin);
    }

    private sealed class Teller
    {
        public bool HasTold { get; set; }

        public bool NeverHadLease { get; set; }

        public List<SpentPart> Parts { get; set; } = [];
    }
}
