using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;

namespace ThotNet.Silo.Quota;

/// <summary>What the authority must be told and asked, and when. The lock of its <see cref="SiloQuota"/> owns it.</summary>
/// <param name="silo">Address and incarnation of this silo.</param>
/// <param name="sequence">Number of the last question; those of this quota are above it.</param>
/// <param name="wantsSnapshot">Whether answers should tell where every budget stands.</param>
/// <param name="find">The quota's limits as they are now, or null.</param>
internal sealed class Agenda(string silo, long sequence, bool wantsSnapshot, Func<QuotaDefinition?> find)
{
    private Question? _unanswered;
    private long _sequence = sequence;

    public AskingPace Pace { get; } = new();

    public EvidenceMemory Evidence { get; } = new();

    public LearningAid Learning { get; } = new(find);

    public bool IsUnanswered => _unanswered is not null;

    /// <summary>When to ask next; null when there is nothing to ask.</summary>
    /// <param name="stock">What is held: as long as a lease is open, the authority may have news about it.</param>
    /// <param name="somebodyWaits">Somebody waits who does not fit.</param>
    /// <param name="stopping">The last words of this silo: nothing holds them up.</param>
    /// <param name="now">The present.</param>
    public TimeSpan? NextAt(Stock stock, bool somebodyWaits, bool stopping, TimeSpan now)
    {
        var next = Pace.Next(stopping || (Evidence.IsUrgent && _unanswered is null));
        var leases = stock.Leases;
        var must = somebodyWaits || IsUnanswered || leases.Current is not null || leases.IsAnyDue(now) || !Evidence.IsEmpty || Learning.IsDue;
        return must ? next : leases.NextRefresh() is { } refresh ? (refresh > next ? refresh : next) : null;
    }

    /// <summary>The question that was not answered, once more.</summary>
    public Question? Repeat(TimeSpan now)
    {
        Pace.Sent(now);
        return _unanswered = _unanswered?.Repeat(now);
    }

    /// <summary>A new question.</summary>
    /// <param name="wish">What is wanted, and the least that is of use.</param>
    /// <param name="stock">What is held.</param>
    /// <param name="now">The present.</param>
    /// <param name="date">The same by the calendar.</param>
    public Question Ask((QuotaAmounts Wanted, QuotaAmounts Least) wish, Stock stock, TimeSpan now, DateTimeOffset date)
    {
        Pace.Sent(now);
        stock.Asked();
        var (reports, reported) = stock.Leases.Report(now);
        var request = new LeaseRequest(silo, ++_sequence, wish.Wanted, wish.Least, reports, Evidence.Take(now))
        {
            History = Learning.Tell(date),
            LastLease = stock.LastLease,
            WantsSnapshot = wantsSnapshot,
        };
        return _unanswered = new(request, now, reported);
    }

    /// <summary>The question need not be repeated.</summary>
    public void Answered(Question question, LeaseAnswer answer, TimeSpan now)
    {
        _unanswered = null;
        Pace.Answered();
        if (answer.Refusal != LeaseRefusal.Unknown)
        {
            Learning.Answered(question.Request.History is not null, answer.Learning, now);
        }
    }
}
