using ThotNet.Routing.Shares;

namespace ThotNet.Routing.Tests.Shares;

public sealed class ShareCreditsTests
{
    private static readonly double[] Shares = [70, 20, 5, 5];

    private readonly ShareCredits _credits = new(Shares);
    private readonly long[] _served = new long[4];

    [Fact]
    public void Order_HeadroomEverywhere_EachTargetIsWithinOneRequestOfItsShare()
    {
        for (var request = 1; request <= 10_000; request++)
        {
            Serve([0, 1, 2, 3]);
            for (var target = 0; target < 4; target++)
            {
                Assert.InRange(_served[target] - request * Shares[target] / 100, -1, 1);
            }
        }
    }

    [Fact]
    public void Order_OneTargetOut_OthersKeepTheirProportion()
    {
        for (var request = 1; request <= 3_000; request++)
        {
            Serve([0, 1, 2, 3], without: 0);
            Assert.InRange(_served[1] - request * 20 / 30.0, -1, 1);
            Assert.InRange(_served[2] - request * 5 / 30.0, -1, 1);
        }
    }

    [Fact]
    public void Order_TargetBackAfterAShortTime_IsRepaidInFull()
    {
        for (var request = 0; request < 6; request++)
        {
            Serve([0, 1, 2, 3], without: 0);
        }

        for (var request = 0; request < 14; request++)
        {
            Serve([0, 1, 2, 3]);
            Assert.Equal(request + 1, _served[0]);
        }

        for (var request = 20; request < 200; request++)
        {
            Serve([0, 1, 2, 3]);
        }

        Assert.InRange(_served[0], 139, 141);
    }

    [Fact]
    public void Order_TargetBackAfterALongTime_TakesAtMostTwentyInARow()
    {
        for (var request = 0; request < 10_000; request++)
        {
            Serve([0, 1, 2, 3], without: 2);
        }

        var inARow = 0;
        while (Serve([0, 1, 2, 3]) == 2)
        {
            inARow++;
        }

        Assert.InRange(inARow, 19, 21);
        Array.Clear(_served);
        for (var request = 0; request < 1_000; request++)
        {
            Serve([0, 1, 2, 3]);
        }

        Assert.InRange(_served[2], 48, 52);
    }

    [Fact]
    public void Order_SomeCandidatesOnly_SharesAreNormalisedOverThem()
    {
        for (var request = 1; request <= 1_000; request++)
        {
            Serve([1, 3]);
            Assert.InRange(_served[1] - request * 0.8, -1, 1);
        }
    }

    [Fact]
    public void Order_AnyInput_AllocatesNothing()
    {
        var candidates = new int[4];
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var target = 0; target < 4; target++)
            {
                candidates[target] = target;
            }

            _credits.Order(candidates, new double[candidates.Length]);
            _credits.Refund(candidates, 0, _credits.Charge(candidates, 0));
            _credits.Charge(candidates, 1);
            _credits.Owe(candidates, 1);
        }));
    }

    [Fact]
    public void Charge_ManyBeforeTheFirstIsServed_SpreadsThemByShare()
    {
        var charged = new int[4];
        for (var request = 0; request < 100; request++)
        {
            Span<int> candidates = [0, 1, 2, 3];
            _credits.Order(candidates, new double[candidates.Length]);
            _credits.Charge(candidates, 0);
            charged[candidates[0]]++;
        }

        Assert.Equal([70, 20, 5, 5], charged);
    }

    [Fact]
    public void Refund_EveryThirdCharge_LeavesSharesAsTheyWere()
    {
        for (var request = 1; request <= 9_000; request++)
        {
            if (request % 3 == 0)
            {
                int[] candidates = [0, 1, 2, 3];
                _credits.Order(candidates, new double[candidates.Length]);
                _credits.Refund(candidates, request % 4, _credits.Charge(candidates, request % 4));
            }

            Serve([0, 1, 2, 3]);
            for (var target = 0; target < 4; target++)
            {
                Assert.InRange(_served[target] - request * Shares[target] / 100, -1, 1);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Create_ShareNotPositive_Throws(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShareCredits([1, share]));

    private int Serve(int[] candidates, int without = -1)
    {
        _credits.Order(candidates, new double[candidates.Length]);
        var place = candidates[0] == without ? 1 : 0;
        _credits.Charge(candidates, place);
        _credits.Owe(candidates, place);
        _served[candidates[place]]++;
        return candidates[place];
    }
}
