using BenchmarkDotNet.Attributes;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;
using ThotNet.Routing.Quota;

namespace ThotNet.Benchmarks;

/// <summary>What it costs to say how much of a budget is spent, with as many settled uses and leases as a busy minute leaves.</summary>
[MemoryDiagnoser]
public class BudgetBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(15);

    private readonly List<Bucket> _settled = [];
    private readonly List<Charge> _charges = [];
    private Budget _budget = null!;

    /// <summary>How the window moves.</summary>
    [Params(BudgetKind.Rolling, BudgetKind.Calendar, BudgetKind.LeakyBucket)]
    public BudgetKind Kind { get; set; }

    /// <summary>Fills the budget: 60 s of settled uses, and 6 leases that are out.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var window = Kind == BudgetKind.Calendar ? TimeSpan.FromDays(1) : TimeSpan.FromMinutes(1);
        _budget = Budget.Create(new BudgetDefinition(BudgetMetric.Requests, 1_000_000, window, Kind));
        _settled.Clear();
        _charges.Clear();
        for (var second = -60; second < 0; second++)
        {
            var at = Now.AddSeconds(second);
            _budget.Settle(_settled, new Charge(at, at.AddSeconds(1), 10), Now);
        }

        for (var lease = 0; lease < 6; lease++) _charges.Add(new Charge(Now.AddSeconds(-lease), Now.AddSeconds(5 - lease), 50));
    }

    /// <summary>The fullest window.</summary>
    [Benchmark]
    public long Spent() => _budget.Spent(_settled, _charges, Now, Now + Span);
}
