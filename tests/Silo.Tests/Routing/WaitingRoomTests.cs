using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Configuration;
using ThotNet.Routing;
using ThotNet.Routing.Waiting;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Routing;
using ThotNet.Silo.Tests.Quota;

namespace ThotNet.Silo.Tests.Routing;

public sealed class WaitingRoomTests : IDisposable
{
    private readonly RoomBench _bench = new(most: 3);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Join_NobodyBefore_HasItsTurnAtOnce() => Assert.Equal(0, RoomBench.Told(_bench.Join()));

    [Fact]
    public void Join_SomebodyHasTheTurn_IsTheNext()
    {
        var first = _bench.Join();
        var second = _bench.Join();

        Assert.False(second.Call.IsCompleted);
        _bench.Room.Leave(first, isServed: true);
        Assert.Equal(0, RoomBench.Told(second));
    }

    [Fact]
    public void Join_AnotherQuota_HasATurnOfItsOwn()
    {
        _bench.Join(quota: 0);

        Assert.Equal(0, RoomBench.Told(_bench.Join(quota: 1)));
    }

    [Fact]
    public void Refuse_TriesAgainAtItsTime_AndNobodyBehindBefore()
    {
        var first = _bench.Join();
        var second = _bench.Join();
        _bench.Refuse(first, seconds: 3);
        _bench.Advance(2.9);

        Assert.False(first.Call.IsCompleted || second.Call.IsCompleted);
        _bench.Advance(0.1);
        Assert.Equal((0, false), (RoomBench.Told(first), second.Call.IsCompleted));
    }

    [Fact]
    public void Refuse_UntilAfterItsDeadline_IsSentAwayAtOnceAndTheTurnGoesOn()
    {
        var first = _bench.Join(patience: 5);
        var second = _bench.Join(patience: 20);
        _bench.Refuse(first, seconds: 6);

        Assert.Null(RoomBench.Told(first));
        Assert.Equal(0, RoomBench.Told(second));
    }

    [Fact]
    public void Refuse_AfterItsDeadline_IsSentAway()
    {
        var place = _bench.Join(patience: 5);
        _bench.Advance(6);
        Assert.Equal(0, RoomBench.Told(place));
        _bench.Room.Refuse(place, 0, TimeSpan.Zero, isSpent: true);

        Assert.Null(RoomBench.Told(place));
        Assert.Equal(0, _bench.Room.Count);
    }

    [Fact]
    public void Deadline_Passes_IsSentAway()
    {
        _bench.Refuse(_bench.Join(), seconds: 9);
        var place = _bench.Join(patience: 5);
        _bench.Advance(4.9);
        Assert.False(place.Call.IsCompleted);
        _bench.Advance(0.1);

        Assert.Null(RoomBench.Told(place));
        Assert.Equal(1, _bench.Room.Count);
    }

    [Fact]
    public void Leave_WhileItTries_PassesTheTurnOn()
    {
        var first = _bench.Join();
        var second = _bench.Join();
        _bench.Room.Leave(first, isServed: false);
        _bench.Room.Leave(first, isServed: false);

        Assert.Equal((0, 1), (RoomBench.Told(second), _bench.Room.Count));
    }

    [Fact]
    public void Abandon_InLine_IsRemovedAtOnce()
    {
        _bench.Join();
        var second = _bench.Join();
        _bench.Room.Abandon(second);

        Assert.Equal((true, 1), (second.Call.IsCanceled, _bench.Room.Count));
    }

    [Fact]
    public void Abandon_HeadForWhomOthersAreKept_LetsThemTry()
    {
        var first = _bench.Join();
        var second = _bench.Join();
        _bench.Refuse(first, seconds: 5);
        _bench.Room.Abandon(first);

        Assert.Equal(0, RoomBench.Told(second));
    }

    [Fact]
    public void Refresh_RoomCameBackSooner_TriesAtOnce()
    {
        var place = _bench.Join();
        _bench.Refuse(place, seconds: 8);
        _bench.Room.Refresh("q1");
        Assert.False(place.Call.IsCompleted);
        _bench.Room.Refresh("q0");

        Assert.Equal(0, RoomBench.Told(place));
    }

    [Fact]
    public void Join_RoomCameBackSinceItWasRefused_TriesAtOnce()
    {
        _bench.Advance(1);
        _bench.Room.Refresh("q0");

        Assert.Equal(0, RoomBench.Told(_bench.Join(notBefore: 8, asOf: 0.9)));
        Assert.False(_bench.Join(quota: 1, notBefore: 8, asOf: 0.9).Call.IsCompleted);
    }

    [Fact]
    public void Join_RoomIsFull_TheNewestOfTheLowestGivesWayToAHigherPriority()
    {
        var first = _bench.Join(priority: RequestPriority.Low);
        var second = _bench.Join(priority: RequestPriority.Low);
        var third = _bench.Join(priority: RequestPriority.Low);

        Assert.Null(_bench.TryJoin(RequestPriority.Low));
        Assert.NotNull(_bench.TryJoin(RequestPriority.High));
        Assert.Null(RoomBench.Told(third));
        Assert.Equal((0, false, 3), (RoomBench.Told(first), second.Call.IsCompleted, _bench.Room.Count));
    }

    [Fact]
    public async Task Join_RoomIsFullOfThoseWhoWaitForTheirOwnLimits_IsRefused()
    {
        var waits = Enumerable.Range(0, 3)
            .Select(_ => _bench.Room.WaitAsync(RequestPriority.Normal, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken)).ToList();

        Assert.Null(_bench.TryJoin(RequestPriority.High));
        Assert.False(await _bench.Room.WaitAsync(RequestPriority.Normal, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
        _bench.Advance(1);
        Assert.All(await Task.WhenAll(waits), Assert.True);
        Assert.NotNull(_bench.TryJoin(RequestPriority.Normal));
    }

    [Fact]
    public void Ahead_SomebodyWasRefused_SaysWhatIsNeededBeforeAndUntilWhen()
    {
        _bench.Refuse(_bench.Join(key: "a"), seconds: 4);
        _bench.Join(key: "a");

        Assert.Equal((new QuotaAmounts(1, 0), TimeSpan.FromSeconds(4)), _bench.Room.Ahead(0, RequestPriority.Normal, "b", default));
        Assert.Equal(new QuotaAmounts(2, 0), _bench.Room.Ahead(0, RequestPriority.Normal, "a", default).Amounts);
        Assert.False(_bench.Room.MayPass(0, RequestPriority.Normal, "b", isPreferred: true));
        Assert.True(_bench.Room.MayPass(0, RequestPriority.High, "b", isPreferred: true));
    }
}

/// <summary>A room alone, with two quotas.</summary>
internal sealed class RoomBench : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));

    public RoomBench(int most)
    {
        var catalog = new Catalog([Target(0), Target(1)], []);
        var authority = new FakeAuthority(_time);
        var book = new LeaseBook(authority.AsFactory(), new FakeSilo(), catalog, _time, NullLogger<LeaseBook>.Instance);
        Room = new(new ThotNetOptions { Routing = { MaxWaiting = most } }, catalog, book, _time);
    }

    public WaitingRoom Room { get; }

    /// <summary>What the request was told: a choice, or null when it must go.</summary>
    public static int? Told(WaitingPlace place)
    {
        Assert.True(place.Call.IsCompletedSuccessfully);
        return place.Call.Result;
    }

    public void Advance(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    public WaitingPlace Join(
        int quota = 0, string key = "a", RequestPriority priority = RequestPriority.Normal, double patience = 10, double? notBefore = null, double asOf = 0) =>
        Join(new WaitingChoice(quota, quota, new(1, 0), 0, true, notBefore is { } at ? TimeSpan.FromSeconds(at) : Room.Now), key, priority, patience, asOf)!;

    public WaitingPlace? TryJoin(RequestPriority priority) => Join(new WaitingChoice(0, 0, new(1, 0), 0, true, Room.Now), "new", priority, 10, 0);

    public void Refuse(WaitingPlace place, double seconds) => Room.Refuse(place, Told(place)!.Value, Room.Now + TimeSpan.FromSeconds(seconds), isSpent: true);

    public void Dispose() => Room.Dispose();

    private WaitingPlace? Join(WaitingChoice choice, string key, RequestPriority priority, double patience, double asOf)
    {
        var deadline = Room.Now + TimeSpan.FromSeconds(patience);
        return Room.Join(new((int)priority, key, deadline, deadline), [(choice, TimeSpan.FromSeconds(asOf))]);
    }

    private static TargetDefinition Target(int number) => new("p", $"m{number}", [], 1, $"q{number}", Capabilities.None, 100);
}
