using BenchmarkDotNet.Attributes;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;

namespace ThotNet.Benchmarks;

/// <summary>What a question costs the authority, without the write: one silo reports its last lease as settled and gets the next one.</summary>
[MemoryDiagnoser]
public class LedgerBenchmarks
{
    private const string Silo = "127.0.0.1:11111@1";
    private const string Other = "127.0.0.1:11112@1";

    private static readonly QuotaAmounts Wanted = QuotaAmounts.OfRequest(300, 100);

    private static readonly QuotaDefinition Definition = new(
        "provider/bench/default",
        [
            new(BudgetMetric.Requests, 1_000_000_000, TimeSpan.FromMinutes(1), BudgetKind.Rolling),
            new(BudgetMetric.Tokens, 1_000_000_000, TimeSpan.FromMinutes(1), BudgetKind.LeakyBucket),
            new(BudgetMetric.Tokens, 1_000_000_000, TimeSpan.FromDays(1), BudgetKind.Calendar),
        ]);

    private QuotaLedger _ledger = null!;
    private DateTimeOffset _now;
    private long _sequence;
    private long _lease;

    /// <summary>A ledger after five busy minutes, with a lease of another silo out.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
        _sequence = 0;
        _lease = 0;
        _ledger = new QuotaLedger(Definition, new QuotaState(), isNew: false, _now);
        for (var second = 0; second < 300; second++) GrantAndSettle();
        Ask(new LeaseRequest(Other, 1, Wanted, Wanted, []));
    }

    /// <summary>Settles the last lease and grants the next, a second later.</summary>
    [Benchmark]
    public LeaseAnswer GrantAndSettle()
    {
        _now += TimeSpan.FromSeconds(1);
        var reports = _lease == 0 ? [] : (System.Collections.Immutable.ImmutableArray<LeaseReport>)
            [new LeaseReport(_lease, Wanted, TimeSpan.FromMilliseconds(500), Closed: true, Settled: true)];
        var answer = Ask(new LeaseRequest(Silo, ++_sequence, Wanted, Wanted, reports));
        _lease = answer.Lease!.Id;
        return answer;
    }

    /// <summary>A question that wants and reports nothing.</summary>
    [Benchmark]
    public LeaseAnswer Heartbeat() => Ask(new LeaseRequest(Silo, ++_sequence, QuotaAmounts.Zero, QuotaAmounts.Zero, []));

    private LeaseAnswer Ask(LeaseRequest request) => _ledger.Renew(request, [], _now).Answer;
}
