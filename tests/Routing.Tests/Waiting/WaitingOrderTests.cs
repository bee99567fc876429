namespace ThotNet.Routing.Tests.Waiting;

public sealed class WaitingOrderTests
{
    private readonly WaitingBench _bench = new();

    [Fact]
    public void TryNext_OneKey_IsInTheOrderOfArrival()
    {
        _bench.Add("1");
        _bench.Add("2");
        _bench.Add("3");

        Assert.Equal("1 2 3", _bench.ServeAll());
    }

    [Fact]
    public void TryNext_HigherPriorityCameLater_IsFirst()
    {
        _bench.Add("low", priority: -1);
        _bench.Add("normal");
        _bench.Add("high", priority: WaitingBench.High);

        Assert.Equal("high normal low", _bench.ServeAll());
        Assert.Equal(0, _bench.List.Count);
    }

    [Fact]
    public void TryNext_SomeKeys_TakeTurns()
    {
        _bench.Add("a1");
        _bench.Add("a2");
        _bench.Add("a3");
        _bench.Add("b1", "b");
        _bench.Add("c1", "c");
        _bench.Add("b2", "b");

        Assert.Equal("a1 b1 c1 a2 b2 a3", _bench.ServeAll());
    }

    [Fact]
    public void TryNext_OneKeyWithAHundredWaiting_DelaysAnothersFirstByOne()
    {
        for (var number = 0; number < 100; number++)
        {
            _bench.Add("a");
        }

        Assert.Equal("a", Serve(50)[^1]);
        _bench.Add("b1", "b");
        _bench.Add("b2", "b");

        Assert.Equal(["a", "b1", "a", "b2", "a"], Serve(5));
    }

    /// <summary>Who comes back with one request at a time does not go before all who wait with many, again and again.</summary>
    [Fact]
    public void TryNext_KeyThatComesOneByOne_StillTakesTurnsWithOneThatWaitsWithMany()
    {
        _bench.Add("blocked", "x", choices: WaitingBench.Choice(1));
        for (var number = 0; number < 10; number++)
        {
            _bench.Add("a");
        }

        List<string> served = [];
        for (var round = 0; round < 4; round++)
        {
            _bench.Add("b", "b");
            served.AddRange(Serve(2));
        }

        Assert.Equal(4, served.Count(name => name == "b"));
    }

    /// <summary>What a key got from a quota that nobody else wants does not put others behind all who wait for another.</summary>
    [Fact]
    public void TryNext_KeyServedOutOfTurnAtAnotherQuota_LetsNewKeysIn()
    {
        for (var number = 0; number < 20; number++)
        {
            _bench.Add("a", choices: WaitingBench.Choice(0));
        }

        _bench.Add("elsewhere", choices: WaitingBench.Choice(1));
        Assert.Equal("elsewhere", _bench.ServeAll(quota: 1));
        _bench.Add("b", "b");

        Assert.Equal(["a", "b", "a"], Serve(3));
    }

    [Fact]
    public void Remove_ThoseInFrontGaveUp_TheirKeyIsNotPutBehindOthersForIt()
    {
        var gaveUp = Enumerable.Range(1, 5).Select(number => _bench.Add($"a{number}")).ToList();
        _bench.Add("a6");
        _bench.Add("a7");
        gaveUp.ForEach(ticket => _bench.List.Remove(ticket, isServed: false));
        for (var number = 1; number <= 3; number++)
        {
            _bench.Add($"b{number}", "b");
        }

        Assert.Equal("a6 b1 a7 b2 b3", _bench.ServeAll());
    }

    [Fact]
    public void Remove_ThoseBehindGaveUp_TheirKeysNextIsNotPutBehindOthersForIt()
    {
        _bench.Add("a1");
        var gaveUp = Enumerable.Range(2, 5).Select(number => _bench.Add($"a{number}")).ToList();
        gaveUp.ForEach(ticket => _bench.List.Remove(ticket, isServed: false));
        _bench.Add("b1", "b");
        _bench.Add("b2", "b");
        _bench.Add("a2");
        _bench.Add("b3", "b");

        Assert.Equal("a1 b1 b2 a2 b3", _bench.ServeAll());
    }

    [Fact]
    public void Remove_Twice_ChangesNothing()
    {
        var first = _bench.Add("1");
        _bench.Add("2");
        _bench.List.Remove(first, isServed: false);
        _bench.List.Remove(first, isServed: false);

        Assert.Equal((1, "2"), (_bench.List.Count, _bench.ServeAll()));
    }

    [Fact]
    public void LastBelow_SomePriorities_IsTheNewestOfTheLowest()
    {
        _bench.Add("low 1", "b", priority: -1);
        _bench.Add("low 2", "a", priority: -1);
        _bench.Add("normal");

        Assert.Equal("low 2", _bench.List.LastBelow(WaitingBench.High)!.Item);
        Assert.Equal("low 2", _bench.List.LastBelow(WaitingBench.Normal)!.Item);
        Assert.Null(_bench.List.LastBelow(-1));
    }

    [Fact]
    public void LastBelow_TheNewestTries_IsAnother()
    {
        _bench.Add("1", choices: WaitingBench.Choice(0));
        _bench.Add("2", choices: WaitingBench.Choice(1));
        Assert.Equal("2", _bench.Next(quota: 1));

        Assert.Equal("1", _bench.List.LastBelow(WaitingBench.High)!.Item);
        Assert.Equal("1", _bench.Next());
        Assert.Null(_bench.List.LastBelow(WaitingBench.High));
    }

    private string[] Serve(int count)
    {
        var served = new string[count];
        for (var number = 0; number < count; number++)
        {
            Assert.True(_bench.List.TryNext(0, TimeSpan.Zero, out var ticket, out _));
            served[number] = ticket.Item;
            _bench.List.Remove(ticket, isServed: true);
        }

        return served;
    }
}
