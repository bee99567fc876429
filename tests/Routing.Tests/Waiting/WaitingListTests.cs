namespace ThotNet.Routing.Tests.Waiting;

public sealed class WaitingListTests
{
    private readonly WaitingBench _bench = new();

    [Fact]
    public void TryNext_TurnIsGiven_NoOtherForTheSame()
    {
        _bench.Add("1", choices: [WaitingBench.Choice(0), WaitingBench.Choice(1)]);

        Assert.Equal("1", _bench.Next());
        Assert.Null(_bench.Next(1));
    }

    [Fact]
    public void TryNext_HeadRefusedForNow_NobodyBehindTakesWhatItWaitsFor()
    {
        _bench.Add("large");
        _bench.Add("small", "b");
        _bench.Refuse(until: 3);

        Assert.Null(_bench.Next(now: 2.9));
        Assert.Equal("large small", _bench.ServeAll(now: 3));
    }

    [Fact]
    public void TryNext_HeadRefusedUntilAfterItsDeadline_IsPassedBy()
    {
        var head = _bench.Add("hopeless", deadline: 5);
        _bench.Add("behind", deadline: 20);
        _bench.Refuse(until: 5.1);

        Assert.True(head.IsHopeless);
        Assert.Equal("behind", _bench.ServeAll(now: 1));
    }

    [Fact]
    public void TryNext_HeadPastItsDeadline_IsPassedBy()
    {
        _bench.Add("late", deadline: 5);
        _bench.Add("behind", deadline: 20);

        Assert.Equal("behind", _bench.Next(now: 5.1));
    }

    [Fact]
    public void TryNext_HeadTriesAnotherQuota_KeepsNobodyFromThisOne()
    {
        _bench.Add("head", choices: [WaitingBench.Choice(0), WaitingBench.Choice(1)]);
        _bench.Add("behind", choices: WaitingBench.Choice(1));

        Assert.Equal("head", _bench.Next(0));
        Assert.Equal("behind", _bench.Next(1));
    }

    [Fact]
    public void TryNext_TwoTargetsOfAQuota_TriesTheOneThatIsOfUseFirst()
    {
        _bench.Add("1", choices: [WaitingBench.Choice(0, notBefore: 2), WaitingBench.Choice(0, notBefore: 1) with { Target = 7 }]);

        Assert.True(_bench.List.TryNext(0, TimeSpan.FromSeconds(1), out var ticket, out var choice));
        Assert.Equal(7, ticket.Choices[choice].Target);
    }

    [Fact]
    public void TryNext_SecondClassChoice_OnlyFromTheLastCallOn()
    {
        _bench.Add("1", lastCall: 9, choices: [WaitingBench.Choice(0, notBefore: 10), WaitingBench.Choice(1, isPreferred: false)]);

        Assert.Null(_bench.Next(1, now: 8.9));
        Assert.Equal("1", _bench.Next(1, now: 9));
    }

    [Fact]
    public void TryNext_NoPreferredChoiceInTime_TakesTheSecondClassOneAtOnce()
    {
        _bench.Add("1", deadline: 10, choices: [WaitingBench.Choice(0), WaitingBench.Choice(1, isPreferred: false)]);
        _bench.Refuse(until: 10.1);

        Assert.Equal("1", _bench.Next(1, now: 1));
    }

    [Fact]
    public void TryNext_SomebodyPrefersTheQuota_SecondClassWaitsEvenInTheLastCall()
    {
        _bench.Add("second", lastCall: 0, choices: [WaitingBench.Choice(0, notBefore: 5), WaitingBench.Choice(1, isPreferred: false)]);
        var prefers = _bench.Add("prefers", "b", choices: WaitingBench.Choice(1, notBefore: 2));

        Assert.Null(_bench.Next(1, now: 1));
        _bench.List.Remove(prefers, isServed: false);
        Assert.Equal("second", _bench.Next(1, now: 1));
    }

    [Fact]
    public void MayPass_NobodyWaitsForTheQuota_True()
    {
        _bench.Add("1", choices: WaitingBench.Choice(1));

        Assert.True(_bench.MayPass(quota: 0));
    }

    [Fact]
    public void MayPass_SomebodyWaitsWhoWouldBeServedBefore_False()
    {
        _bench.Add("1", choices: WaitingBench.Choice(0, notBefore: 5));

        Assert.False(_bench.MayPass("a"));
        Assert.False(_bench.MayPass("b"));
        Assert.False(_bench.MayPass("b", priority: -1));
        Assert.True(_bench.MayPass("b", priority: WaitingBench.High));
    }

    [Fact]
    public void MayPass_SecondChoiceOfThoseBefore_IsTheirsToo()
    {
        _bench.Add("1", choices: [WaitingBench.Choice(0, notBefore: 5), WaitingBench.Choice(1, notBefore: 5)]);

        Assert.False(_bench.MayPass(quota: 1));
    }

    [Fact]
    public void MayPass_ThoseBeforeComeTooLateForIt_True()
    {
        _bench.Add("1", deadline: 10, choices: [WaitingBench.Choice(0, notBefore: 11), WaitingBench.Choice(1)]);
        _bench.Add("2", deadline: 1);

        Assert.True(_bench.MayPass(now: 2));
    }

    [Fact]
    public void MayPass_WhoDoesNotPreferTheQuota_IsBehindAllWhoDo()
    {
        _bench.Add("1", priority: -1, choices: WaitingBench.Choice(0, notBefore: 5));

        Assert.True(_bench.MayPass(priority: WaitingBench.High));
        Assert.False(_bench.MayPass(priority: WaitingBench.High, isPreferred: false));
    }

    [Fact]
    public void MayPass_OnlySecondClassWaits_IsInItsOrder()
    {
        _bench.Add("1", lastCall: 0, choices: [WaitingBench.Choice(0, notBefore: 5), WaitingBench.Choice(1, isPreferred: false)]);

        Assert.True(_bench.MayPass(quota: 1));
        Assert.False(_bench.MayPass(quota: 1, isPreferred: false));
        Assert.True(_bench.MayPass(quota: 1, isPreferred: false, priority: WaitingBench.High));
    }

    [Fact]
    public void Refresh_RoomCameBackSooner_TheHeadMayTryAtOnce()
    {
        _bench.Add("1", choices: [WaitingBench.Choice(0), WaitingBench.Choice(1, notBefore: 8)]);
        _bench.Refuse(until: 7);
        _bench.List.Refresh(0, TimeSpan.FromSeconds(1));

        Assert.Null(_bench.Next(1, now: 1));
        Assert.Equal("1", _bench.Next(0, now: 1));
    }

    [Fact]
    public void Ahead_CountsWhoIsServedBeforeWithWhatItNeeds()
    {
        _bench.Add("a1", choices: WaitingBench.Choice(0, requests: 1));
        _bench.Add("a2", choices: WaitingBench.Choice(0, requests: 2));
        _bench.Add("high", "h", priority: WaitingBench.High, choices: WaitingBench.Choice(0, requests: 4));
        _bench.Add("low", "l", priority: -1, choices: WaitingBench.Choice(0, requests: 8));
        _bench.Add("other", "o", choices: WaitingBench.Choice(1, requests: 16));

        Assert.Equal(7, Ahead("a"));
        Assert.Equal(5, Ahead("new"));
        Assert.Equal(4, Ahead("new", priority: WaitingBench.High));
        Assert.Equal(15, Ahead("new", priority: -1));
    }

    [Fact]
    public void Ahead_CountsEachByTheFirstPreferredChoiceThatIsInTime()
    {
        _bench.Add(
            "1",
            deadline: 10,
            choices:
            [
                WaitingBench.Choice(0, isPreferred: false), WaitingBench.Choice(1, notBefore: 11), WaitingBench.Choice(2), WaitingBench.Choice(3),
            ]);

        Assert.Equal([0, 0, 1, 0], Enumerable.Range(0, 4).Select(quota => Ahead("new", quota: quota)));
    }

    [Fact]
    public void NextAt_IsTheNextMomentOfAnything()
    {
        Assert.Null(_bench.List.NextAt(TimeSpan.Zero));
        _bench.Add("1", deadline: 10, lastCall: 8, choices: [WaitingBench.Choice(0, notBefore: 2), WaitingBench.Choice(1, notBefore: 5)]);

        Assert.Equal([2, 5, 8, 10], new[] { 0.0, 2, 5, 8 }.Select(now => _bench.List.NextAt(TimeSpan.FromSeconds(now))!.Value.TotalSeconds));
        Assert.Null(_bench.List.NextAt(TimeSpan.FromSeconds(10)));
    }

    private long Ahead(string key, int priority = 0, int quota = 0) => _bench.List.Ahead(quota, priority, key).Requests;
}
