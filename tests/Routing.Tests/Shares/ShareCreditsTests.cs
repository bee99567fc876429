using CsCheck;
using ThotNet.Routing.Shares;

namespace ThotNet.Routing.Tests.Shares;

public sealed class ShareCreditsTests
{
    private static readonly double[] Shares = [70, 20, 5, 5];

    // Weights as operators give them: 1 to 100 for 2 to 6 targets.
    private static readonly Gen<double[]> AnyShares = Gen.Double[1, 100].Array[2, 6];

    [Fact]
    public void Order_HeadroomEverywhere_EachTargetIsWithinOneRequestOfItsShare()
    {
        var run = new Run(Shares);
        for (var request = 1; request <= 10_000; request++)
        {
            run.Serve();
            run.AssertWithin(1);
        }
    }

    [Fact]
    public void Order_AnySharesAndHeadroomEverywhere_EachTargetIsWithinOneRequestOfItsShare() =>
        AnyShares.MustHold(
            shares =>
            {
                var run = new Run(shares);
                for (var request = 1; request <= 300; request++)
                {
                    run.Serve();
                    run.AssertWithin(1);
                }
            },
            iter: 300);

    [Fact]
    public void Order_OneTargetOut_OthersKeepTheirProportion()
    {
        var run = new Run(Shares);
        for (var request = 1; request <= 3_000; request++)
        {
            run.Serve(without: 0);
            Assert.InRange(run.Served[1] - (request * 20 / 30.0), -1, 1);
            Assert.InRange(run.Served[2] - (request * 5 / 30.0), -1, 1);
        }
    }

    [Fact]
    public void Order_SomeCandidatesOnly_SharesAreNormalisedOverThem()
    {
        var run = new Run(Shares);
        for (var request = 1; request <= 1_000; request++)
        {
            run.Serve(candidates: [1, 3]);
            Assert.InRange(run.Served[1] - (request * 0.8), -1, 1);
        }
    }

    [Fact]
    public void Order_TargetBackAfterAShortTime_IsRepaidInFull()
    {
        var run = new Run(Shares);
        run.ServeMany(6, without: 0);
        run.ServeMany(194);
        run.AssertWithin(1);
    }

    [Fact]
    public void Order_AnyShortOutage_IsRepaidInFullWithinABoundedNumberOfRequests() =>
        Gen.Select(AnyShares, Gen.Int[1, 200], Gen.Int[0, 5]).MustHold(
            (shares, outage, which) =>
            {
                var run = new Run(shares);
                var target = which % shares.Length;

                // Fewer than it can be owed at most.
                var others = 1 - run.ShareOf(target);
                outage = Math.Clamp((int)((ShareCredits.MostOwed - 1) * others / run.ShareOf(target)), 0, outage);
                run.ServeMany(outage, without: target);
                run.ServeMany(Enough);
                run.AssertWithin(2);
            },
            iter: 300);

    [Fact]
    public void Order_OutageOfAnyLength_IsRepaidInABoundedTimeAndNeverInABurst() =>
        Gen.Select(AnyShares, Gen.Int[0, 3_000], Gen.Int[0, 5]).MustHold(
            (shares, outage, which) =>
            {
                var run = new Run(shares);
                var target = which % shares.Length;
                run.ServeMany(outage, without: target);
                var newest = new Queue<(int Target, bool WasOwed)>();
                for (var request = 0; request < Enough; request++)
                {
                    newest.Enqueue((run.Serve(), run.WasOwed));
                    if (newest.Count > 4)
                    {
                        newest.Dequeue();
                    }

                    Assert.InRange(newest.Count(served => served.WasOwed), 0, 1);
                    Assert.InRange(newest.Count(served => served.Target == target), 0, 2 + (int)Math.Ceiling(4 * run.ShareOf(target)));
                }

                // All that it was owed it has; from here on each gets its share again.
                run.Begin();
                for (var request = 0; request < 200; request++)
                {
                    run.Serve();
                    Assert.False(run.WasOwed);
                    run.AssertWithin(2);
                }
            },
            iter: 200);

    [Fact]
    public void Order_TargetBackAfterALongTime_GetsWhatItIsOwedAtMostWithEveryFourthRequest()
    {
        var run = new Run(Shares);
        run.ServeMany(10_000, without: 2);
        run.Begin();
        run.ServeMany(80);
        Assert.InRange(run.Served[2], 20 + 2, 20 + 4);
        run.Begin();
        run.ServeMany(1_000);
        run.AssertWithin(1);
    }

    [Fact]
    public void Order_EqualPrices_ChangeNothing() =>
        Gen.Select(AnyShares, Gen.Double[0, 3]).MustHold(
            (shares, price) =>
            {
                var (free, priced) = (new Run(shares), new Run(shares));
                Array.Fill(priced.Prices, price);
                for (var request = 0; request < 100; request++)
                {
                    Assert.Equal(free.Serve(), priced.Serve());
                }
            },
            iter: 200);

    [Fact]
    public void Order_PriceOfOne_OutweighsAllCredit() =>
        Gen.Select(AnyShares, Gen.Double[0, 1].Array[6].Array[0, 100], Gen.Int[0, 5]).MustHold(
            (shares, past, which) =>
            {
                var run = new Run(shares);
                foreach (var prices in past)
                {
                    prices.AsSpan(0, shares.Length).CopyTo(run.Prices);
                    run.Serve();
                }

                var target = which % shares.Length;
                Array.Clear(run.Prices);
                run.Prices[target] = 1;
                for (var request = 0; request < 100; request++)
                {
                    Assert.NotEqual(target, run.Serve());
                }
            },
            iter: 300);

    [Fact]
    public void Order_OneTargetDearForLong_OthersKeepTheirProportion()
    {
        var run = new Run(Shares);
        run.Prices[3] = 1;
        run.ServeMany(100);
        run.Begin();
        for (var request = 1; request <= 3_000; request++)
        {
            run.Serve();
            Assert.InRange(run.Served[0] - (request * 70 / 95.0), -2, 2);
            Assert.InRange(run.Served[1] - (request * 20 / 95.0), -2, 2);
            Assert.Equal(0, run.Served[3]);
        }
    }

    [Fact]
    public void Order_PricesVanish_SharesAreExactAgainAfterAFewRequests() =>
        Gen.Select(AnyShares, Gen.Double[0, 2].Array[6].Array[1, 5], Gen.Int[1, 300]).MustHold(
            (shares, past, times) =>
            {
                var run = new Run(shares);
                for (var time = 0; time < times; time++)
                {
                    past[time % past.Length].AsSpan(0, shares.Length).CopyTo(run.Prices);
                    run.Serve();
                }

                Array.Clear(run.Prices);
                run.Begin();
                run.ServeMany(20);
                run.AssertWithin((2 * ShareCredits.MostCredit) + 1);
                run.Begin();
                for (var request = 0; request < 300; request++)
                {
                    run.Serve();
                    run.AssertWithin(3);
                }
            },
            iter: 200);

    [Fact]
    public void Order_AnyInput_AllocatesNothing()
    {
        var credits = new ShareCredits(Shares);
        var candidates = new int[4];
        var prices = new double[4];
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var target = 0; target < 4; target++)
            {
                (candidates[target], prices[target]) = (target, target);
            }

            credits.Order(candidates, prices);
            credits.Refund(candidates, 0, credits.Charge(candidates, 0));
            credits.Charge(candidates, 1);
            credits.Owe(candidates, 1);
        }));
    }

    [Fact]
    public void Order_Prices_AreLeftInTheSameOrderAsTheCandidates()
    {
        int[] candidates = [0, 1, 2, 3];
        double[] prices = [0.9, 0.1, 0.5, 0];
        new ShareCredits(Shares).Order(candidates, prices);
        Assert.Equal([3, 1, 2, 0], candidates);
        Assert.Equal([0, 0.1, 0.5, 0.9], prices);
    }

    [Fact]
    public void Charge_ManyBeforeTheFirstIsServed_SpreadsThemByShare()
    {
        var credits = new ShareCredits(Shares);
        var charged = new int[4];
        for (var request = 0; request < 100; request++)
        {
            Span<int> candidates = [0, 1, 2, 3];
            credits.Order(candidates, new double[4]);
            credits.Charge(candidates, 0);
            charged[candidates[0]]++;
        }

        Assert.Equal([70, 20, 5, 5], charged);
    }

    [Fact]
    public void Refund_EveryThirdCharge_LeavesSharesAsTheyWere()
    {
        var run = new Run(Shares);
        for (var request = 1; request <= 9_000; request++)
        {
            if (request % 3 == 0)
            {
                int[] candidates = [0, 1, 2, 3];
                run.Credits.Order(candidates, new double[4]);
                run.Credits.Refund(candidates, request % 4, run.Credits.Charge(candidates, request % 4));
            }

            run.Serve();
            run.AssertWithin(1);
        }
    }

    [Fact]
    public void Refund_OfWhatWasOwed_IsOwedStill()
    {
        var run = new Run(Shares);
        run.ServeMany(6, without: 0);
        var before = run.Credits.StandingOf(0);
        int[] candidates = [0, 1, 2, 3];
        run.Credits.Order(candidates, new double[4]);
        Assert.Equal(0, candidates[0]);
        var wasOwed = run.Credits.Charge(candidates, 0);
        Assert.Equal((true, before - 1), (wasOwed, run.Credits.StandingOf(0)));
        run.Credits.Refund(candidates, 0, wasOwed);
        Assert.Equal(before, run.Credits.StandingOf(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Create_ShareNotPositive_Throws(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShareCredits([1, share]));

    /// <summary>In so many requests whatever is owed is repaid: 20 to each of five others than the one that serves, every fourth request one.</summary>
    private const int Enough = 4 * 20 * 6;

    /// <summary>Requests one after the other, and who served them.</summary>
    private sealed class Run(double[] shares)
    {
        private readonly double _sum = shares.Sum();
        private long _requests;

        public ShareCredits Credits { get; } = new(shares);

        public double[] Prices { get; } = new double[shares.Length];

        public long[] Served { get; } = new long[shares.Length];

        /// <summary>Whether the newest request was one that its target was owed.</summary>
        public bool WasOwed { get; private set; }

        public double ShareOf(int target) => shares[target] / _sum;

        /// <summary>Counts anew from here.</summary>
        public void Begin()
        {
            _requests = 0;
            Array.Clear(Served);
        }

        public void ServeMany(int requests, int without = -1)
        {
            for (var request = 0; request < requests; request++)
            {
                Serve(without);
            }
        }

        public int Serve(int without = -1, int[]? candidates = null)
        {
            candidates ??= [.. Enumerable.Range(0, shares.Length)];
            Credits.Order(candidates, [.. candidates.Select(target => Prices[target])]);
            var place = candidates[0] == without ? 1 : 0;
            WasOwed = Credits.Charge(candidates, place);
            Credits.Owe(candidates, place);
            Served[candidates[place]]++;
            _requests++;
            return candidates[place];
        }

        public void AssertWithin(double requests)
        {
            for (var target = 0; target < shares.Length; target++)
            {
                Assert.InRange(Served[target] - (_requests * ShareOf(target)), -requests, requests);
            }
        }
    }
}
