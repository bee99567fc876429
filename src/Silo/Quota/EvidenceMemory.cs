using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>
/// What a provider said since the last question: the newest word on each limit and the longest closing. The lock of its <see cref="SiloQuota"/>
/// owns it.
/// </summary>
internal sealed class EvidenceMemory
{
    /// <summary>Providers have a handful of limits; more are not kept, whatever they send.</summary>
    private const int Most = 16;

    private readonly List<(BudgetEvidence Said, TimeSpan At)> _budgets = [];
    private TimeSpan _closedUntil;
    private string _reason = "";

    public bool IsEmpty => _budgets.Count == 0 && _closedUntil == TimeSpan.Zero;

    /// <summary>It says that an open quota was closed, which others must hear at once.</summary>
    public bool IsUrgent { get; private set; }

    public void AddClosing(TimeSpan until, string reason, bool urgent)
    {
        IsUrgent |= urgent;
        if (until > _closedUntil)
        {
            (_closedUntil, _reason) = (until, reason);
        }
    }

    public void AddBudgets(QuotaEvidence evidence, TimeSpan now)
    {
        foreach (var said in evidence.Budgets)
        {
            Add(said, now - said.Age);
        }

        if (_closedUntil == TimeSpan.Zero)
        {
            _reason = evidence.Reason;
        }
    }

    /// <summary>All that was said, as of now, which is then forgotten; null for nothing.</summary>
    public QuotaEvidence? Take(TimeSpan now)
    {
        var evidence = IsEmpty ? null : new QuotaEvidence(_closedUntil > now ? _closedUntil - now : TimeSpan.Zero, _reason)
        {
            Budgets = [.. _budgets.Select(budget => budget.Said with { Age = now - budget.At })],
        };
        _budgets.Clear();
        (_closedUntil, IsUrgent) = (TimeSpan.Zero, false);
        return evidence;
    }

    /// <summary>The same words some time later.</summary>
    public static QuotaEvidence? Later(QuotaEvidence? evidence, TimeSpan by) => evidence is null ? null : evidence with
    {
        ClosedFor = evidence.ClosedFor > by ? evidence.ClosedFor - by : TimeSpan.Zero,
        Budgets = evidence.Budgets.Select(budget => budget with { Age = budget.Age + by }).ToImmutableArray(),
    };

    private void Add(BudgetEvidence said, TimeSpan at)
    {
        var place = _budgets.FindIndex(known => known.Said.Metric == said.Metric && known.Said.Window == said.Window);
        if (place < 0 && _budgets.Count < Most)
        {
            _budgets.Add((said, at));
        }
        else if (place >= 0 && at >= _budgets[place].At)
        {
            _budgets[place] = (said, at);
        }
    }
}
