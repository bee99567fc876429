using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>A ledger with one clock and short ways to ask it.</summary>
internal sealed class LedgerFixture
{
    private readonly Dictionary<string, long> _sequences = [];

    public LedgerFixture(params BudgetDefinition[] budgets)
    {
        Definition = new("provider/test/default", [.. budgets]);
        Ledger = new(Definition, State, false, Now);
    }

    public static BudgetDefinition PerMinute(long requests) =>
        new(BudgetMetric.Requests, requests, TimeSpan.FromMinutes(1), BudgetKind.Rolling);

    public static BudgetDefinition PerDay(long requests) =>
        new(BudgetMetric.Requests, requests, TimeSpan.FromDays(1), BudgetKind.Calendar);

    public static BudgetDefinition TokensPerMinute(long tokens) =>
        new(BudgetMetric.Tokens, tokens, TimeSpan.FromMinutes(1), BudgetKind.Rolling);

    public static BudgetDefinition Leaky(BudgetMetric metric, long amount, TimeSpan window) => new(metric, amount, window, BudgetKind.LeakyBucket);

    /// <summary>A report of a lease that is at its end, with requests still on their way.</summary>
    public static LeaseReport Closed(Lease lease, long requests, double lastUse) =>
        new(lease.Id, new(requests, 0), TimeSpan.FromSeconds(lastUse), true, false);

    /// <summary>A report of a lease whose requests are all over.</summary>
    public static LeaseReport Settled(Lease lease, long requests, double lastUse) =>
        new(lease.Id, new(requests, 0), TimeSpan.FromSeconds(lastUse), true, true);

    public QuotaDefinition Definition { get; }

    public QuotaState State { get; } = new();

    public QuotaLedger Ledger { get; }

    public DateTimeOffset Now { get; set; } = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    public LedgerAnswer Ask(
        string silo, long requests, long tokens = 0, long? least = null, LeaseReport[]? reports = null, QuotaEvidence? evidence = null) =>
        Send(Request(silo, requests, tokens, least, reports, evidence));

    public LedgerAnswer Tell(string silo, params LeaseReport[] reports) => Ask(silo, 0, reports: reports);

    /// <summary>Takes a lease and uses the whole of it.</summary>
    public void Use(string silo, long requests, double lastUse)
    {
        var lease = Ask(silo, requests).Answer.Lease!;
        Tell(silo, Settled(lease, requests, lastUse));
    }

    public LedgerAnswer Send(LeaseRequest request) => Ledger.Renew(request, [], Now);

    public LeaseRequest Request(
        string silo, long requests, long tokens = 0, long? least = null, LeaseReport[]? reports = null, QuotaEvidence? evidence = null)
    {
        _sequences[silo] = _sequences.GetValueOrDefault(silo) + 1;
        var wanted = new QuotaAmounts(requests, tokens);
        return new(silo, _sequences[silo], wanted, least is { } few ? new(few, tokens) : wanted, [.. reports ?? []], evidence);
    }

    public BudgetSnapshot Snapshot(int budget = 0) => Ledger.Snapshot(Now).Budgets[budget];

    public void Pass(double seconds) => Now += TimeSpan.FromSeconds(seconds);
}
