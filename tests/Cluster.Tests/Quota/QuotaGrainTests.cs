using System.Text.Json;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;

namespace ThotNet.Cluster.Tests.Quota;

public sealed class QuotaGrainTests : IAsyncLifetime
{
    private static readonly QuotaAmounts Two = new(2, 0);

    private ThotCluster _cluster = null!;
    private IQuotaGrain _quota = null!;

    public async ValueTask InitializeAsync()
    {
        var minute = new BudgetDefinition(BudgetMetric.Requests, 10, TimeSpan.FromMinutes(1), BudgetKind.Rolling);
        _cluster = await ThotCluster.StartAsync(new QuotaDefinition("q", [minute]), new QuotaDefinition("free", []));
        _quota = _cluster.Quota("q");
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Renew_Grant_IsStoredAsReadableJsonBeforeTheAnswer()
    {
        var lease = (await Ask(1)).Lease!;
        var stored = JsonSerializer.Deserialize<QuotaState>(_cluster.Storage.Read("q"))!;
        Assert.Equal((lease.Id, lease.Amounts), (stored.Leases.Single().Id, stored.Leases.Single().Amounts));
    }

    [Fact]
    public async Task Renew_Refusal_WritesNothing()
    {
        await Ask(1, 10);
        var writes = _cluster.Storage.Writes;
        Assert.Equal(LeaseRefusal.Exhausted, (await Ask(2)).Refusal);
        Assert.Equal(writes, _cluster.Storage.Writes);
    }

    [Fact]
    public async Task Renew_UnknownQuota_IsUnknown() =>
        Assert.Equal(LeaseRefusal.Unknown, (await _cluster.Quota("nobody").Renew(Request(1))).Refusal);

    [Fact]
    public async Task Renew_StoreFails_RefusesAndRecoversByItself()
    {
        _cluster.Storage.Fault = StorageFault.Fails;
        var refused = await Ask(1);
        Assert.Equal((LeaseRefusal.StorageFailed, LeaseRules.FailureRetry), (refused.Refusal, refused.RetryAfter));
        Assert.Null(refused.Lease);
        _cluster.Storage.Fault = StorageFault.None;
        Assert.Equal(Two, (await Ask(1)).Lease!.Amounts);
        Assert.Equal(8, await Remaining());
    }

    [Fact]
    public async Task Renew_StoreAppliesThenTimesOut_TheRepeatGetsTheLeaseAndNothingIsGrantedTwice()
    {
        _cluster.Storage.Fault = StorageFault.AppliesThenTimesOut;
        Assert.Equal(LeaseRefusal.StorageFailed, (await Ask(1)).Refusal);
        _cluster.Storage.Fault = StorageFault.None;
        var stored = JsonSerializer.Deserialize<QuotaState>(_cluster.Storage.Read("q"))!.Leases.Single();

        // The old activation may still answer; it cannot write any more.
        await _cluster.PassAsync(TimeSpan.Zero, async () => (await Ask(1)).Lease?.Id == stored.Id);
        Assert.Equal(8, await Remaining());
    }

    [Fact]
    public async Task Renew_AnotherActivationWrote_RefusesAndReadsTheStoredTruth()
    {
        await Ask(1);
        _cluster.Storage.Touch("q");
        Assert.Equal(LeaseRefusal.StorageFailed, (await Ask(2)).Refusal);
        Assert.Equal(8, await Remaining());
        Assert.Equal(Two, (await Ask(2)).Lease!.Amounts);
        Assert.Equal(6, await Remaining());
    }

    [Fact]
    public async Task Renew_SameSequence_GetsTheSameLease()
    {
        var first = await Ask(1);
        var again = await Ask(1);
        Assert.Equal(first.Lease!.Id, again.Lease!.Id);
        Assert.Equal(8, await Remaining());
        await Ask(2);
        Assert.Equal(LeaseRefusal.Stale, (await Ask(1)).Refusal);
    }

    [Fact]
    public async Task Renew_ManyAtOnce_ShareTheirWrites()
    {
        var hold = _cluster.Storage.Hold = new();
        var quota = _cluster.Quota("free");
        var asking = Enumerable.Range(0, 50).Select(silo => quota.Renew(Request(1, 1, $"silo-{silo}"))).ToArray();
        await _cluster.PassAsync(TimeSpan.Zero, () => Task.FromResult(_cluster.Calls["Renew"] == 50 && _cluster.Storage.Writes == 1));
        _cluster.Storage.Hold = null;
        hold.SetResult();
        Assert.All(await Task.WhenAll(asking), answer => Assert.NotNull(answer.Lease));
        Assert.InRange(_cluster.Storage.Writes, 1, 3);
        Assert.Equal(50, JsonSerializer.Deserialize<QuotaState>(_cluster.Storage.Read("free"))!.Leases.Count);
    }

    [Fact]
    public async Task Renew_SharedWriteFails_RefusesAllWhoWaitedForIt()
    {
        var hold = _cluster.Storage.Hold = new();
        var asking = Enumerable.Range(0, 5).Select(silo => _quota.Renew(Request(1, 1, $"silo-{silo}"))).ToArray();
        await _cluster.PassAsync(TimeSpan.Zero, () => Task.FromResult(_cluster.Calls["Renew"] == 5 && _cluster.Storage.Writes == 1));
        _cluster.Storage.Fault = StorageFault.Fails;
        _cluster.Storage.Hold = null;
        hold.SetResult();
        Assert.All(await Task.WhenAll(asking), answer => Assert.Equal(LeaseRefusal.StorageFailed, answer.Refusal));
        _cluster.Storage.Fault = StorageFault.None;
        Assert.Equal(10, await Remaining());
    }

    private Task<LeaseAnswer> Ask(long sequence, long requests = 2) => _quota.Renew(Request(sequence, requests));

    private async Task<long> Remaining() => (await _quota.GetSnapshot()).Budgets[0].Remaining;

    private static LeaseRequest Request(long sequence, long requests = 2, string silo = "test") =>
        new(silo, sequence, new(requests, 0), new(requests, 0), []);
}
