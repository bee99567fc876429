using System.Collections.Immutable;
using System.Text.Json;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;
using static ThotNet.Routing.Tests.Quota.LedgerFixture;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>A ledger that has lost its state.</summary>
public sealed class LearningTests
{
    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly QuotaDefinition Definition = new("q", [PerMinute(100), PerDay(1000)]) { SafeShare = 0.1 };

    private readonly QuotaState _state = new();
    private long _sequence;

    [Fact]
    public void New_AllLiveSilosNeverHadALease_GrantsAsSoonAsTheLastHasSaidHello()
    {
        var ledger = Lost();
        Assert.Equal(LeaseRefusal.Learning, Ask(ledger, "a", 0, 1, 0).Refusal);
        Assert.True(Ask(ledger, "a", 0, 0, 0).Learning);
        Assert.False(Ask(ledger, "b", 0, 0, 0).Learning);
        Assert.Equal(1, Ask(ledger, "a", 1, 1, 0).Lease!.Amounts.Requests);
    }

    [Fact]
    public void New_DoesNotLearn_GrantsAtOnce()
    {
        var ledger = new QuotaLedger(Definition with { Learns = false }, _state, true, Noon);
        Assert.NotNull(Ask(ledger, "a", 0, 1, 7_000).Lease);
        Assert.InRange(_state.LastLease, 7_001, long.MaxValue);
    }

    [Fact]
    public void New_ASiloHadLeases_GrantsNothingForAMinuteAndCountsTheHistoryOfAll()
    {
        var ledger = Lost();
        Assert.True(Ask(ledger, "a", 0, 0, 5).Learning);
        Ask(ledger, "a", 1, 0, 5, Parts(300));
        Ask(ledger, "b", 1, 0, 5, Parts(200));
        var refused = Ask(ledger, "a", 2, 1, 5);
        Assert.Equal((LeaseRefusal.Learning, TimeSpan.FromSeconds(60 + 5 + 10 + 2 - 2)), (refused.Refusal, refused.RetryAfter));
        Assert.Equal(500, ledger.Snapshot(Noon.AddSeconds(3)).Budgets[1].Used);
        Assert.NotNull(Ask(ledger, "a", 77, 1, 5).Lease);
        Assert.False(ledger.Snapshot(Noon.AddSeconds(77)).Learning);
    }

    [Fact]
    public void New_ALiveSiloIsSilent_KeepsTheDayToItsSafeShare()
    {
        var ledger = Lost();
        Ask(ledger, "a", 0, 0, 5, Parts(60));
        Assert.Equal(30, Ask(ledger, "a", 77, 30, 5).Lease!.Amounts.Requests);
        Assert.NotNull(Ask(ledger, "a", 78, 10, 5).Lease);
        var refused = Ask(ledger, "a", 79, 1, 5);
        Assert.True(refused.Refusal == LeaseRefusal.Exhausted && refused.Learning);
        Ask(ledger, "b", 80, 0, 5, Parts(200));
        Ask(ledger, "a", 80, 0, 5, Parts(60));
        Assert.NotNull(Ask(ledger, "a", 81, 1, 5).Lease);
        Assert.InRange(ledger.Snapshot(Noon.AddSeconds(81)).Budgets[1].Remaining, 1, 1000 - 300);
    }

    [Fact]
    public void New_ALeaseIsSettledWhileOthersAreSilent_CountsBesidesWhatTheyTellLater()
    {
        var ledger = Lost();
        Ask(ledger, "a", 0, 0, 5, Parts(60));
        var lease = Ask(ledger, "a", 77, 30, 5).Lease!;
        LeaseReport report = new(lease.Id, new(30, 0), TimeSpan.FromSeconds(1), true, true);
        Send(ledger, 79, new("a", ++_sequence, default, default, [report]) { LastLease = lease.Id, History = Parts(60) });
        Ask(ledger, "b", 80, 0, 5, Parts(200));
        Assert.Equal(290, ledger.Snapshot(Noon.AddSeconds(80)).Budgets[1].Used);
    }

    [Fact]
    public void New_ALeaseIsSettledByAQuestionWithoutHistory_CountsBesidesWhatOthersTellLater()
    {
        var ledger = Lost();
        Ask(ledger, "a", 0, 0, 5, Parts(60));
        var lease = Ask(ledger, "a", 77, 30, 5).Lease!;
        LeaseReport report = new(lease.Id, new(30, 0), TimeSpan.FromSeconds(1), true, true);
        Send(ledger, 79, new("a", ++_sequence, default, default, [report]) { LastLease = lease.Id });
        Ask(ledger, "b", 80, 0, 5, Parts(200));
        Assert.Equal(290, ledger.Snapshot(Noon.AddSeconds(80)).Budgets[1].Used);
    }

    [Fact]
    public void RolledBack_QuestionKnowsALaterLease_LearnsAndTakesTheLarger()
    {
        var fixture = new LedgerFixture(PerDay(1000));
        fixture.Use("a", 100, lastUse: 0);
        var old = JsonSerializer.Deserialize<QuotaState>(JsonSerializer.Serialize(fixture.State))!;
        var ledger = new QuotaLedger(Definition, old, false, fixture.Now);
        Assert.True(Ask(ledger, "a", 10, 0, old.LastLease + 1, sequence: 50).Learning);
        Ask(ledger, "a", 11, 0, old.LastLease, Parts(90), sequence: 51);
        Assert.Equal(100, ledger.Snapshot(Noon.AddSeconds(11)).Budgets[1].Used);
        Ask(ledger, "a", 12, 0, old.LastLease, Parts(170), sequence: 52);
        Assert.Equal(170, ledger.Snapshot(Noon.AddSeconds(12)).Budgets[1].Used);
    }

    [Fact]
    public void RolledBack_ReportOfALeaseThatIsKnownAsSettled_CountsBesidesWhatOthersTell()
    {
        var lease = Ask(new QuotaLedger(Definition, _state, false, Noon), "a", 0, 7, 0).Lease!;
        LeaseReport report = new(lease.Id, new(7, 0), TimeSpan.FromSeconds(1), true, true);
        Send(new QuotaLedger(Definition, _state, false, Noon), 1, new("a", ++_sequence, default, default, [report]) { LastLease = lease.Id });
        var ledger = new QuotaLedger(Definition, _state, false, Noon.AddSeconds(2));
        Ask(ledger, "b", 2, 0, lease.Id + 1, Parts(200));
        Send(ledger, 3, new("a", _sequence, default, default, [report]) { LastLease = lease.Id, History = Parts(90) });
        Assert.Equal(297, ledger.Snapshot(Noon.AddSeconds(3)).Budgets[1].Used);
    }

    [Fact]
    public void RolledBack_AnotherSiloGotALeaseBefore_IsStillSeen()
    {
        var ledger = new QuotaLedger(Definition, _state, false, Noon);
        _state.LastLease = 0;
        Assert.NotNull(Ask(ledger, "a", 1, 1, 0).Lease);
        Assert.True(Ask(ledger, "b", 2, 0, 4_000).Learning);
    }

    [Fact]
    public void RolledBack_ToARecordThatWasLearningLongAgo_WaitsAnew()
    {
        (_state.LearningSince, _state.LastLease) = (Noon.AddHours(-2), NumberAt(-7300));
        var ledger = new QuotaLedger(Definition, _state, false, Noon);
        Assert.True(Ask(ledger, "a", 0, 0, NumberAt(-3)).Learning);
        var refused = Ask(ledger, "a", 1, 1, NumberAt(-3));
        Assert.Equal((LeaseRefusal.Learning, TimeSpan.FromSeconds(60 + 5 + 10 + 2 - 1)), (refused.Refusal, refused.RetryAfter));
    }

    [Fact]
    public void Learning_MoreLeasesFromBeforeItBeganAreTold_DoesNotWaitAnew()
    {
        var ledger = Lost();
        Ask(ledger, "a", 0, 0, NumberAt(-10));
        Assert.Equal(TimeSpan.FromSeconds(60 + 5 + 10 + 2 - 5), Ask(ledger, "b", 5, 1, NumberAt(-4)).RetryAfter);
    }

    [Fact]
    public void UnknownLease_OfALostState_IsAdoptedOnce()
    {
        var ledger = Lost();
        var id = NumberAt(-2);
        LeaseReport report = new(id, new(7, 0), TimeSpan.FromSeconds(1), true, true);
        Send(ledger, 0, new("a", 1, default, default, [report]) { LastLease = id });
        Send(ledger, 1, new("a", 2, default, default, [report]) { LastLease = id });
        Assert.Equal((7, 7), (ledger.Snapshot(Noon.AddSeconds(2)).Budgets[0].Used, ledger.Snapshot(Noon.AddSeconds(2)).Budgets[1].Used));
    }

    [Fact]
    public void UnknownLease_WithoutLoss_ChangesNothing()
    {
        var ledger = new QuotaLedger(Definition, _state, false, Noon);
        var last = Ask(ledger, "a", 0, 1, 0).Lease!.Id;
        Send(ledger, 1, new("a", 9, default, default, [new(last - 1, new(7, 0), default, true, true)]) { LastLease = last });
        Assert.Equal(99, ledger.Snapshot(Noon.AddSeconds(1)).Budgets[0].Remaining);
    }

    private static long NumberAt(double seconds) => Noon.AddSeconds(seconds).ToUnixTimeMilliseconds() * 1000;

    private QuotaLedger Lost() => new(Definition, _state, true, Noon);

    private static ImmutableArray<SpentPart> Parts(long amount)
    {
        var history = new UsageHistory(Definition);
        history.Add(new(amount, 0), Noon.AddMinutes(-3), Noon);
        return history.Parts(Noon);
    }

    private LeaseAnswer Ask(
        QuotaLedger ledger, string silo, double at, long requests, long lastLease, ImmutableArray<SpentPart>? history = null, long? sequence = null)
    {
        QuotaAmounts amounts = new(requests, 0);
        return Send(ledger, at, new(silo, sequence ?? ++_sequence, amounts, amounts, []) { LastLease = lastLease, History = history });
    }

    private static LeaseAnswer Send(QuotaLedger ledger, double at, LeaseRequest request) => ledger.Renew(request, ["a", "b"], Noon.AddSeconds(at)).Answer;
}
