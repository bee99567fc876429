using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;

namespace ThotNet.Cluster.Tests.Quota;

public sealed class QuotaGrainTests : IAsyncLifetime
{
    private static readonly BudgetDefinition Minute = new(BudgetMetric.Requests, 10, TimeSpan.FromMinutes(1), BudgetKind.Rolling);

    private ThotCluster _cluster = null!;
    private IQuotaGrain _quota = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await ThotCluster.StartAsync(new QuotaDefinition("q", [Minute]), new QuotaDefinition("free", []));
        _quota = _cluster.Quota("q");
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Renew_Grant_IsStoredAsReadableJsonBeforeTheAnswer()
    {
        var lease = (await Ask(1)).Lease!;
        Assert.Equal((lease.Id, lease.Amounts), (Stored().Leases.Single().Id, Stored().Leases.Single().Amounts));
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
    public async Task GetSnapshot_AnyTime_WritesNothing()
    {
        await Ask(1);
        var writes = _cluster.Storage.Writes;
        _cluster.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(10, await Remaining());
        Assert.Equal(writes, _cluster.Storage.Writes);
    }

    [Fact]
    public async Task Renew_UnknownQuota_IsUnknown() =>
        Assert.Equal(LeaseRefusal.Unknown, (await _cluster.Quota("nobody").Renew(Request(1))).Refusal);

    [Fact]
    public async Task Renew_LimitsReplaced_AreInForceAtOnceAndKeepWhatWasSpent()
    {
        await Ask(1, 4);
        Replace(Minute with { Amount = 20 });
        Assert.Equal(16, await Remaining());
        Replace(Minute with { Amount = 3 });
        Assert.Equal(0, await Remaining());
        Assert.Equal(LeaseRefusal.Exhausted, (await Ask(2, 1)).Refusal);
        Replace(Minute with { Amount = 6 });
        Assert.Equal(2, (await Ask(3)).Lease!.Amounts.Requests);
    }

    [Fact]
    public async Task Renew_DefinitionGoneAndBack_GrantsNothingMeanwhileAndForgetsNothing()
    {
        await Ask(1, 4);
        _cluster.Catalog.Quotas.Replace([]);
        Assert.Equal(LeaseRefusal.Unknown, (await Ask(2)).Refusal);
        Assert.Empty((await _quota.GetSnapshot()).Budgets);
        Replace(Minute);
        Assert.Equal(6, await Remaining());
        Assert.Equal(2, (await Ask(3)).Lease!.Amounts.Requests);
    }

    [Fact]
    public async Task Renew_StoreFails_RefusesAndRecoversByItself()
    {
        _cluster.Storage.Fault = StorageFault.Fails;
        var refused = await Ask(1);
        Assert.Equal((LeaseRefusal.StorageFailed, LeaseRules.FailureRetry), (refused.Refusal, refused.RetryAfter));
        Assert.Null(refused.Lease);
        _cluster.Storage.Fault = StorageFault.None;
        await EventuallyGranted(1);
        Assert.Equal(8, await Remaining());
    }

    [Fact]
    public async Task Renew_StoreAppliesThenTimesOut_TheRepeatGetsTheLeaseAndNothingIsGrantedTwice()
    {
        _cluster.Storage.Fault = StorageFault.AppliesThenTimesOut;
        Assert.Equal(LeaseRefusal.StorageFailed, (await Ask(1)).Refusal);
        _cluster.Storage.Fault = StorageFault.None;
        var stored = Stored().Leases.Single();
        var repeated = await EventuallyGranted(1);
        Assert.Equal((stored.Id, stored.Amounts), (repeated.Id, repeated.Amounts));
        Assert.Equal(8, await Remaining());
    }

    [Fact]
    public async Task Renew_AnotherActivationWrote_RefusesAndReadsTheStoredTruth()
    {
        await Ask(1);
        _cluster.Storage.Touch("q");
        Assert.Equal(LeaseRefusal.StorageFailed, (await Ask(2)).Refusal);
        Assert.Equal(2, (await EventuallyGranted(2)).Amounts.Requests);
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
        var (writes, calls) = (_cluster.Storage.Writes, _cluster.Calls["Renew"]);
        var hold = _cluster.Storage.Hold = new();
        var quota = _cluster.Quota("free");
        var asking = Enumerable.Range(0, 50).Select(silo => quota.Renew(Request(1, 1, $"silo-{silo}"))).ToArray();
        await _cluster.PassAsync(TimeSpan.Zero, () => Task.FromResult(_cluster.Calls["Renew"] >= calls + 50 && _cluster.Storage.Writes == writes + 1));
        _cluster.Storage.Hold = null;
        hold.SetResult();
        Assert.All(await Task.WhenAll(asking), answer => Assert.NotNull(answer.Lease));
        Assert.InRange(_cluster.Storage.Writes, writes + 1, writes + 3);
        Assert.Equal(50, Stored("free").Leases.Count);
    }

    [Theory]
    [InlineData(StorageFault.Fails)]
    [InlineData(StorageFault.FailsOnce)]
    [InlineData(StorageFault.AppliesThenTimesOut)]
    public async Task Renew_WriteFailsWhileOthersWait_RefusesAllOfThemAndServesAllAfterwards(StorageFault fault)
    {
        var (writes, calls) = (_cluster.Storage.Writes, _cluster.Calls["Renew"]);
        var hold = _cluster.Storage.Hold = new();
        var asking = Enumerable.Range(0, 5).Select(silo => _quota.Renew(Request(1, 1, $"silo-{silo}"))).ToArray();
        await _cluster.PassAsync(TimeSpan.Zero, () => Task.FromResult(_cluster.Calls["Renew"] >= calls + 5 && _cluster.Storage.Writes == writes + 1));
        _cluster.Storage.Fault = fault;
        _cluster.Storage.Hold = null;
        hold.SetResult();
        Assert.All(await Task.WhenAll(asking), answer => Assert.Equal(LeaseRefusal.StorageFailed, answer.Refusal));
        _cluster.Storage.Fault = StorageFault.None;
        var leases = new List<long>();
        for (var silo = 0; silo < 5; silo++)
        {
            leases.Add((await EventuallyGranted(1, 1, $"silo-{silo}")).Id);
        }

        Assert.Equal(5, leases.Distinct().Count());
        Assert.Equal(5, await Remaining());
    }

    [Fact]
    public async Task Renew_ActivationEndsWithCallsInLine_AnswersAllOfThem()
    {
        _cluster.Storage.Fault = StorageFault.FailsOnce;
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(silo => _quota.Renew(Request(1, 1, $"silo-{silo}"))));
        Assert.All(answers, answer => Assert.True(
            answer.Refusal is LeaseRefusal.None or LeaseRefusal.StorageFailed or LeaseRefusal.Exhausted, answer.ToString()));
        Assert.Contains(answers, answer => answer.Refusal == LeaseRefusal.StorageFailed);
        Assert.InRange(answers.Count(answer => answer.Lease is not null), 0, 10);
        Assert.InRange(await Remaining(), 0, 10 - answers.Count(answer => answer.Lease is not null));
    }

    [Fact]
    public async Task Activate_StateOfANewerVersion_FailsAndLeavesTheRecordAsItIs()
    {
        await Ask(1);
        var newer = JsonNode.Parse(_cluster.Storage.Read("q"))!;
        newer["Version"] = QuotaState.CurrentVersion + 1;
        newer["Unheard"] = "of";
        await _cluster.DeactivateAsync("q");
        _cluster.Storage.Put("q", newer.ToJsonString());
        await Assert.ThrowsAnyAsync<Exception>(() => Ask(2));
        await Assert.ThrowsAnyAsync<Exception>(() => _quota.GetSnapshot());
        Assert.Equal(newer.ToJsonString(), _cluster.Storage.Read("q"));
    }

    private async Task<Lease> EventuallyGranted(long sequence, long requests = 2, string silo = "test")
    {
        // The old activation may still answer; it refuses.
        LeaseAnswer? answer = null;
        await Eventually.TrueAsync(async () => (answer = await _quota.Renew(Request(sequence, requests, silo))).Lease is not null);
        return answer!.Lease!;
    }

    private void Replace(BudgetDefinition minute) => _cluster.Catalog.Quotas.Replace([new("q", [minute]), new("free", [])]);

    private QuotaState Stored(string quota = "q") => JsonSerializer.Deserialize<QuotaState>(_cluster.Storage.Read(quota))!;

    private Task<LeaseAnswer> Ask(long sequence, long requests = 2) => _quota.Renew(Request(sequence, requests));

    private async Task<long> Remaining() => (await _quota.GetSnapshot()).Budgets[0].Remaining;

    private static LeaseRequest Request(long sequence, long requests = 2, string silo = "test") =>
        new(silo, sequence, new(requests, 0), new(requests, 0), []);
}
