using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Tests.Quota;

/// <summary>What authority and provider say is obeyed and passed on.</summary>
public sealed class ObedienceTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Answer_ClosedFor_StopsTheOpenLeaseUntilItsTime()
    {
        var bench = await WithLeaseAsync();
        bench.Answer = request => QuotaBench.Nothing(request) with { ClosedFor = TimeSpan.FromSeconds(30) };
        bench.Advance(1);
        Assert.False(bench.Quota.TryReserve(QuotaBench.One, out _));
        var refused = await bench.ReserveAsync();
        Assert.Equal((LeaseRefusal.Closed, TimeSpan.FromSeconds(30)), (refused.Refusal, refused.RetryAfter));
        bench.Answer = request => bench.Grant(request, request.Wanted);
        bench.Advance(30);
        Assert.True((await bench.ReserveAsync()).IsGranted);
    }

    [Fact]
    public async Task Answer_RevokedThrough_StopsTheLeaseAndReportsIt()
    {
        var bench = await WithLeaseAsync();
        bench.Answer = request => QuotaBench.Nothing(request) with { RevokedThrough = 1 };
        bench.Advance(1);
        Assert.False(bench.Quota.TryReserve(QuotaBench.One, out _));
        bench.Advance(1);
        Assert.True(Assert.Single(bench.Last.Reports).Closed);
    }

    [Fact]
    public async Task Answer_RevokedBelowTheLease_ChangesNothing()
    {
        var bench = await WithLeaseAsync();
        bench.Answer = request => QuotaBench.Nothing(request) with { RevokedThrough = 0 };
        bench.Advance(1);
        Assert.True(bench.Quota.TryReserve(QuotaBench.One, out _));
    }

    [Fact]
    public async Task ReportEvidence_OpenQuotaClosed_IsToldAtOnceAndOnlyOnce()
    {
        var bench = await WithLeaseAsync();
        bench.Advance(0.2);
        Assert.True(bench.Quota.ReportEvidence(new(TimeSpan.FromSeconds(30), "429")));
        Assert.Equal([0.0, 0.2], bench.Times());
        Assert.Equal((TimeSpan.FromSeconds(30), "429"), (bench.Last.Evidence!.ClosedFor, bench.Last.Evidence.Reason));
        bench.Advance(0.2);
        Assert.False(bench.Quota.ReportEvidence(new(TimeSpan.FromSeconds(40), "429 again")));
        Assert.False(bench.Quota.ReportEvidence(new(TimeSpan.FromSeconds(5), "shorter")));
        Assert.Equal(2, bench.Asked.Count);
        bench.Advance(0.8);
        Assert.Equal(3, bench.Asked.Count);
        Assert.Equal(TimeSpan.FromSeconds(39.2), bench.Last.Evidence!.ClosedFor);
    }

    [Fact]
    public async Task ReportEvidence_Limits_AreGatheredAndToldWithThePace()
    {
        var bench = await WithLeaseAsync();
        bench.Advance(0.2);
        bench.Quota.ReportEvidence(Saying(new(BudgetMetric.Requests, Minute, 30, 20), new(BudgetMetric.Tokens, Minute, 6000, 500)));
        bench.Advance(0.2);
        bench.Quota.ReportEvidence(Saying(new BudgetEvidence(BudgetMetric.Requests, Minute, 30, 19)));
        bench.Quota.ReportEvidence(Saying(new BudgetEvidence(BudgetMetric.Requests, Minute, 30, 25, TimeSpan.FromSeconds(3))));
        Assert.Single(bench.Asked);
        bench.Advance(0.6);
        Assert.Equal([0.0, 1.0], bench.Times());
        Assert.Equal(
            [
                new(BudgetMetric.Requests, Minute, 30, 19, TimeSpan.FromSeconds(0.6)),
                new(BudgetMetric.Tokens, Minute, 6000, 500, TimeSpan.FromSeconds(0.8)),
            ],
            bench.Last.Evidence!.Budgets);
        bench.Advance(1);
        Assert.Null(bench.Last.Evidence);
    }

    [Fact]
    public void ReportEvidence_QuestionRepeated_HasGrownOlder()
    {
        var bench = QuotaBench.WithRequests(10);
        bench.Answer = _ => throw new TimeoutException();
        bench.Quota.ReportEvidence(Saying(new BudgetEvidence(BudgetMetric.Requests, Minute, 30, 19)) with { ClosedFor = TimeSpan.FromSeconds(10) });
        bench.Advance(3);
        Assert.Equal([0.0, 1.0, 3.0], bench.Times());
        Assert.Equal((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(3)), (bench.Last.Evidence!.ClosedFor, bench.Last.Evidence.Budgets[0].Age));
    }

    [Fact]
    public void ReportEvidence_AnyNumberOfLimits_KeepsFew()
    {
        var memory = new EvidenceMemory();
        for (var window = 1; window <= 1000; window++)
        {
            memory.AddBudgets(Saying(new BudgetEvidence(BudgetMetric.Requests, TimeSpan.FromSeconds(window), 30, 19)), TimeSpan.Zero);
        }

        Assert.Equal(16, memory.Take(TimeSpan.Zero)!.Budgets.Length);
        Assert.Null(memory.Take(TimeSpan.Zero));
    }

    [Fact]
    public async Task Question_TellsTheHighestLease()
    {
        var bench = await WithLeaseAsync();
        Assert.Equal(0, bench.Last.LastLease);
        bench.Advance(1);
        Assert.Equal(1, bench.Last.LastLease);
    }

    private static QuotaEvidence Saying(params BudgetEvidence[] budgets) => new(TimeSpan.Zero, "headers") { Budgets = [.. budgets] };

    private static async Task<QuotaBench> WithLeaseAsync()
    {
        var bench = QuotaBench.WithRequests(1000);
        bench.Answer = request => bench.Grant(request, new(10, 1000));
        await bench.ReserveAsync();
        Assert.True(bench.Quota.TryReserve(QuotaBench.One, out _));
        return bench;
    }
}
