using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>A silo as far as a quota is concerned.</summary>
internal sealed class WorldSilo(string name, QuotaDefinition definition)
{
    /// <summary>It tells at most so late what the provider said, in seconds.</summary>
    public const double OldestEvidence = 1.5;

    public string Name => name;

    public long Sequence { get; set; }

    public long LastLease { get; set; }

    /// <summary>When the authority last answered it.</summary>
    public double HeardAt { get; set; }

    /// <summary>When it crashed.</summary>
    public double DiedAt { get; set; } = double.PositiveInfinity;

    /// <summary>It does nothing, but its clock goes on.</summary>
    public bool IsHalted { get; set; }

    public bool MustTell { get; set; }

    public UsageHistory History { get; } = new(definition);

    public List<WorldLease> Leases { get; } = [];

    public (LeaseRequest Request, double AskedAt)? Unanswered { get; set; }

    public (BudgetEvidence Said, double At)? Evidence { get; set; }

    /// <summary>Its next question.</summary>
    public LeaseRequest Ask(int wanted, double now)
    {
        var reports = Leases.Select(lease => lease.Report(now)).ToArray();
        var most = new QuotaAmounts(wanted, wanted * 40, Concurrent: wanted);
        var least = wanted == 0 ? QuotaAmounts.Zero : new(1, 40, Concurrent: 1);
        return new(Name, ++Sequence, most, least, [.. reports])
        {
            LastLease = LastLease,
            History = MustTell ? History.Parts(WorldProvider.Start + TimeSpan.FromSeconds(now)) : null,
        };
    }

    /// <summary>The authority knows what was reported.</summary>
    private void Acknowledge(LeaseRequest request, double now)
    {
        foreach (var lease in Leases.Where(lease => request.Reports.Any(report => report.LeaseId == lease.Id && report.Settled)).ToList())
        {
            Leases.Remove(lease);
            History.Add(lease.Used, WorldProvider.Start + TimeSpan.FromSeconds(lease.LastReceived), WorldProvider.Start + TimeSpan.FromSeconds(now));
        }
    }

    /// <summary>Hears an answer, but for what it grants and revokes.</summary>
    public void Take(LeaseRequest request, LeaseAnswer answer, double now)
    {
        (Unanswered, Evidence, HeardAt, MustTell) = (null, null, now, answer.Learning);
        if (answer.Refusal != LeaseRefusal.Stale)
        {
            Acknowledge(request, now);
        }
    }

    /// <summary>Begins to use a lease.</summary>
    public void Open(Lease granted, double askedAt, double now, int limits, bool isGrantedWhileLearning)
    {
        LastLease = Math.Max(LastLease, granted.Id);
        Leases.Add(new(granted.Id, granted.Amounts, askedAt, now + granted.Lifetime.TotalSeconds, limits)
        {
            Closed = granted.Lifetime == TimeSpan.Zero,
            IsGrantedWhileLearning = isGrantedWhileLearning,
        });
    }

    /// <summary>Uses no more of the leases up to that number.</summary>
    public void CloseThrough(long id) => Leases.ForEach(lease => lease.Closed |= lease.Id <= id);

    /// <summary>Uses no more of any lease.</summary>
    public void CloseLeases()
    {
        if (!IsHalted)
        {
            Leases.ForEach(lease => lease.Closed = true);
        }
    }

    /// <summary>Requests that were received end; each used some tokens less than were reserved.</summary>
    public void Finish(double now, int less)
    {
        if (IsHalted)
        {
            return;
        }

        foreach (var lease in Leases)
        {
            foreach (var send in lease.InFlight.Where(send => send.Received <= now).ToList())
            {
                lease.End(send, new(1, Math.Max(1, send.Reserved.Tokens - less % 20)), now);
            }
        }
    }

    /// <summary>What the provider said, if it is not too old to tell.</summary>
    public QuotaEvidence? EvidenceAt(double now) => Evidence is { } evidence && now - evidence.At <= OldestEvidence
        ? new(TimeSpan.Zero, "headers") { Budgets = [evidence.Said with { Age = TimeSpan.FromSeconds(now - evidence.At) }] }
        : null;
}

/// <summary>A lease as its holder counts it.</summary>
/// <param name="id">Its number.</param>
/// <param name="amounts">What may be reserved from it.</param>
/// <param name="askedAt">When it was asked for.</param>
/// <param name="expires">Until when may be reserved from it.</param>
/// <param name="limits">How often the limits had changed when it was granted.</param>
internal sealed class WorldLease(long id, QuotaAmounts amounts, double askedAt, double expires, int limits)
{
    public long Id => id;

    public double Expires => expires;

    public int Limits => limits;

    public double AskedAt { get; } = askedAt;

    /// <summary>It was granted before every live silo had told what was spent.</summary>
    public bool IsGrantedWhileLearning { get; init; }

    public QuotaAmounts Used { get; set; }

    public QuotaAmounts Refunded { get; set; }

    public double LastReceived { get; set; } = askedAt;

    /// <summary>What was reserved and has not left yet.</summary>
    public List<QuotaAmounts> Pending { get; } = [];

    public List<WorldSend> InFlight { get; } = [];

    public bool Closed { get; set; }

    public bool Settled => Closed && InFlight.Count == 0 && Pending.Count == 0;

    public bool Fits(QuotaAmounts need) => !Closed && (Used + need).FitsInto(amounts);

    public bool MaySend(double now) => now < expires + LeaseRules.SendMargin.TotalSeconds;

    public void End(WorldSend send, QuotaAmounts actual, double now)
    {
        Used = Used - send.Reserved + actual;
        Refunded += new QuotaAmounts(0, send.Reserved.Tokens - actual.Tokens);
        (send.Amounts, send.Ended) = (actual, now);
        LastReceived = Math.Max(LastReceived, send.Received);
        InFlight.Remove(send);
    }

    public LeaseReport Report(double now)
    {
        var last = Pending.Count > 0 || InFlight.Exists(send => send.Received > now)
            ? now + LeaseRules.PendingAllowance.TotalSeconds
            : InFlight.Select(send => send.Received).Append(LastReceived).Append(AskedAt).Max();
        return new(id, Used, TimeSpan.FromSeconds(last - AskedAt), Closed, Settled, Refunded);
    }
}
