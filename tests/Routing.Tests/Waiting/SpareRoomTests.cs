using CsCheck;
using static ThotNet.Routing.Tests.Waiting.WaitingBench;

namespace ThotNet.Routing.Tests.Waiting;

/// <summary>What nobody prefers: keys take turns for it, and of each key the one gets it that it costs least.</summary>
public sealed class SpareRoomTests
{
    private readonly WaitingBench _bench = new();

    [Fact]
    public void TryNext_Spare_GoesToTheCheapestOfTheFirstKeyInLine()
    {
        Add("a dear", "a", price: 9);
        Add("b cheapest", "b", price: 1);
        Add("a cheap", "a", price: 2);
        Add("a middle", "a", price: 5);

        Assert.Equal("a cheap b cheapest a middle a dear", _bench.ServeAll(now: 9.5));
    }

    [Fact]
    public void TryNext_SpareOfEqualPrices_IsInTheOrderOfArrival()
    {
        Add("1", "a", price: 2);
        Add("2", "a", price: 2);
        Add("3", "a", price: 2);

        Assert.Equal("1 2 3", _bench.ServeAll(now: 9.5));
    }

    [Theory]
    [InlineData(9.5, "first second")]
    [InlineData(8.5, "second first")]
    public void TryNext_SpareThatIsHardlyCheaperForALaterOne_IsForTheFirst(double price, string served)
    {
        Add("first", "a", price: 10);
        Add("second", "a", price);

        Assert.Equal(served, _bench.ServeAll(now: 9.5));
    }

    [Fact]
    public void TryNext_CheapestTriesElsewhere_TheNextCheapestIsServed()
    {
        Add("dear", "a", price: 9);
        _bench.Add("cheapest", choices: [Choice(0, isPreferred: false, price: 1), Choice(1)]);
        Add("cheap", "a", price: 2);

        Assert.Equal("cheapest", _bench.Next(quota: 1, now: 9.5));
        Assert.Equal("cheap dear", _bench.ServeAll(now: 9.5));
    }

    [Fact]
    public void TryNext_SomebodyPrefersIt_IsBeforeTheCheapest()
    {
        Add("spare", "a", price: 0);
        _bench.Add("preferred", "b", choices: Choice(0, price: 50));

        Assert.Equal("preferred spare", _bench.ServeAll(now: 9.5));
    }

    [Fact]
    public void TryNext_CheaperOneOfALowerPriority_IsServedLater()
    {
        Add("low", "a", price: 0, priority: -1);
        Add("normal", "a", price: 50);

        Assert.Equal("normal low", _bench.ServeAll(now: 9.5));
    }

    /// <summary>The others of its key move back by one place, and those of other keys stay where they are.</summary>
    [Fact]
    public void Remove_ServedOutOfTurn_TakesTheFirstPlaceOfItsKey()
    {
        Add("a1", "a", price: 9);
        Add("a2", "a", price: 9);
        Add("a3", "a", price: 1);
        Add("b1", "b", price: 9);
        Add("b2", "b", price: 9);

        Assert.True(_bench.List.TryNext(0, TimeSpan.FromSeconds(9.5), out var cheapest, out _));
        Assert.Equal("a3", cheapest.Item);
        _bench.List.Remove(cheapest, isServed: true);

        Assert.Equal(["b1", "a1", "b2", "a2"], _bench.List.Tickets.Select(ticket => ticket.Item));
    }

    [Fact]
    public void Remove_ServedInWhatItPrefersBeforeItsTurn_LeavesTheOthersTheirPlaces()
    {
        Add("a1", "a", price: 9);
        Add("a2", "a", price: 9);
        _bench.Add("a3", choices: Choice(1));
        Add("b1", "b", price: 9);

        Assert.Equal("a3", _bench.ServeAll(quota: 1));
        Assert.Equal(["a1", "b1", "a2"], _bench.List.Tickets.Select(ticket => ticket.Item));
    }

    [Fact]
    public void Remove_RefusedAtSpareRoomAndThenServedInWhatItPrefers_LeavesTheOthersTheirPlaces()
    {
        Add("a1", "a", price: 9);
        Add("a2", "a", price: 9);
        _bench.Add("a3", choices: [Choice(0, isPreferred: false, price: 1), Choice(1, notBefore: 9.6)]);
        Add("b1", "b", price: 9);

        Assert.Equal("a3", _bench.Refuse(until: 9.8, now: 9.5).Item);
        Assert.Equal("a3", _bench.ServeAll(quota: 1, now: 9.7));
        Assert.Equal(["a1", "b1", "a2"], _bench.List.Tickets.Select(ticket => ticket.Item));
    }

    [Fact]
    public void AheadOfSpare_SomeWait_CountsThoseWhoPreferItAndThoseToWhomItCostsNoMore()
    {
        _bench.Add("prefers it", choices: Choice(0, requests: 1));
        _bench.Add("prefers it, of low priority", priority: -1, choices: Choice(0, requests: 2));
        _bench.Add("prefers another, which counts until its last call", choices: [Choice(1), Choice(0, isPreferred: false, requests: 4, price: 1)]);
        Add("cheaper", "a", price: 2, requests: 8);
        Add("as cheap", "b", price: 3, requests: 16);
        Add("dearer", "a", price: 3.1, requests: 32);
        Add("dearer of high priority", "a", price: 9, priority: High, requests: 64);
        Add("cheaper of low priority", "a", price: 0, priority: -1, requests: 128);
        _bench.Add("elsewhere", choices: Choice(2, requests: 256));

        Assert.Equal(1 + 2 + 8 + 16 + 64, Ahead(now: 0));
        Assert.Equal(1 + 2 + 4 + 8 + 16 + 64, Ahead(now: 9));
        Assert.Equal(0, new WaitingBench().List.AheadOfSpare(0, Normal, 3, TimeSpan.Zero).Requests);

        long Ahead(double now) => _bench.List.AheadOfSpare(0, Normal, price: 3, TimeSpan.FromSeconds(now)).Requests;
    }

    [Fact]
    public void TryNext_TwoKeysOfEqualDemand_NeitherGetsMoreThanOneMoreOfSpareRoom()
    {
        var prices = Gen.Double[0, 100].Array[1, 12];
        Gen.Select(prices, Gen.Double[0, 100], Gen.Bool).MustHold(
            (pricesOfA, factorOfB, bArrivesFirst) =>
            {
                var bench = new WaitingBench();
                for (var number = 0; number < pricesOfA.Length; number++)
                {
                    foreach (var key in bArrivesFirst ? new[] { "b", "a" } : ["a", "b"])
                    {
                        bench.Add(key, key, choices: Choice(0, isPreferred: false, price: key == "a" ? pricesOfA[number] : factorOfB * (number % 3)));
                    }
                }

                var (ofA, ofB) = (0, 0);
                while (bench.List.TryNext(0, TimeSpan.FromSeconds(9.5), out var ticket, out _))
                {
                    bench.List.Remove(ticket, isServed: true);
                    (ofA, ofB) = ticket.Item == "a" ? (ofA + 1, ofB) : (ofA, ofB + 1);
                    Assert.InRange(ofA - ofB, -1, 1);
                }

                Assert.Equal((pricesOfA.Length, pricesOfA.Length), (ofA, ofB));
            },
            iter: 500);
    }

    private void Add(string name, string key, double price, int priority = Normal, long requests = 1) =>
        _bench.Add(name, key, priority, choices: Choice(0, isPreferred: false, price: price, requests: requests));
}
