using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;

namespace ThotNet.Silo.Tests.Quota;

/// <summary>What a silo tells an authority that has lost its state.</summary>
public sealed class LearningTests
{
    [Fact]
    public async Task Question_First_TellsThatNothingWasSpent()
    {
        var bench = QuotaBench.WithRequests(100);
        await bench.ReserveAsync();
        Assert.Equal(ImmutableArray<SpentPart>.Empty, bench.Last.History);
        bench.Advance(1);
        Assert.Null(bench.Last.History);
    }

    [Fact]
    public async Task Answer_Learning_TheNextQuestionTellsAllSettledUse()
    {
        var bench = QuotaBench.WithRequests(100);
        bench.Answer = request => bench.Grant(request, request.Least);
        (await bench.ReserveAsync()).Reservation!.Value.Settle(new(1, 40));
        bench.Advance(1);
        Assert.Equal(1, Assert.Single(bench.Last.Reports).Used.Requests);
        bench.Answer = request => new(request.Sequence, null, LeaseRefusal.Learning, TimeSpan.FromSeconds(70)) { Learning = true };
        var waiting = bench.ReserveAsync();
        bench.Advance(1);
        var refused = await waiting;
        Assert.Equal((LeaseRefusal.Learning, TimeSpan.FromSeconds(1)), (refused.Refusal, refused.RetryAfter));
        Assert.Null(bench.Last.History);
        bench.Advance(1);
        Assert.Equal(1, Assert.Single(bench.Last.History!.Value).Amount);
        var asked = bench.Asked.Count;
        bench.Advance(60);
        Assert.Equal(asked, bench.Asked.Count);
    }

    [Fact]
    public void Teach_IdleSilo_TellsOnceInTenSeconds()
    {
        var bench = QuotaBench.WithRequests(100);
        bench.Answer = request => QuotaBench.Nothing(request) with { Learning = true };
        for (var second = 0; second < 15; second++)
        {
            bench.Quota.Teach();
            bench.Advance(1);
        }

        Assert.Equal([0.0, 10.0], bench.Times());
        Assert.All(bench.Asked, asked => Assert.Equal((QuotaAmounts.Zero, 0L, true), (asked.Request.Wanted, asked.Request.LastLease, asked.Request.History is not null)));
    }

    [Fact]
    public void Teach_QuotaThatDoesNotLearn_AsksNobody()
    {
        var bench = new QuotaBench(new QuotaDefinition("key/a", [QuotaBench.Minute(BudgetMetric.Requests, 10)]) { Learns = false });
        bench.Quota.Teach();
        bench.Advance(5);
        Assert.Empty(bench.Asked);
    }

    [Fact]
    public async Task Redefine_AmountChanged_KeepsTheHistory()
    {
        var bench = QuotaBench.WithRequests(100);
        bench.Answer = request => bench.Grant(request, request.Least);
        (await bench.ReserveAsync()).Reservation!.Value.Settle(QuotaBench.One);
        bench.Advance(1);
        bench.Definition = new("q", [QuotaBench.Minute(BudgetMetric.Requests, 50)]);
        bench.Quota.Teach();
        bench.Advance(1);
        Assert.Null(bench.Last.History is { IsEmpty: true } ? "The history was lost." : null);
    }
}
