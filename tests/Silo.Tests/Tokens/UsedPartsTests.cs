using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Tests.Tokens;

public sealed class UsedPartsTests
{
    private static readonly TargetDefinition Target =
        new("p", "m", [], 1, "q", Capabilities.None, 100) { InputPrice = 2, OutputPrice = 3 };

    private readonly UsedParts _parts = new();

    [Fact]
    public void Expected_TooFewWereSettled_IsTheReservation()
    {
        Learn(UsedParts.LeastRequests - 1, (100, 4000), (80, 200));
        Assert.Equal(QuotaAmounts.OfRequest(100, 4000, 7), _parts.Expected(QuotaAmounts.OfRequest(100, 4000, 7), Target));
    }

    [Fact]
    public void Expected_OutputsAreFarBelowTheirBounds_IsThatPartAndItsCost()
    {
        Learn(UsedParts.LeastRequests, (100, 4000), (80, 200));
        Assert.Equal(QuotaAmounts.OfRequest(88, 190, Target.CostOf(88, 190)), _parts.Expected(QuotaAmounts.OfRequest(110, 3800), Target));
    }

    [Fact]
    public void Expected_SizesDiffer_EachHasItsOwnPart()
    {
        Learn(UsedParts.LeastRequests, (20, 20), (10, 20));
        Learn(UsedParts.LeastRequests, (1000, 1000), (1000, 500));
        Assert.Equal(QuotaAmounts.OfRequest(10, 20), _parts.Expected(QuotaAmounts.OfRequest(20, 20), Target) with { Cost = 0 });
        Assert.Equal(QuotaAmounts.OfRequest(1000, 500), _parts.Expected(QuotaAmounts.OfRequest(1000, 1000), Target) with { Cost = 0 });
    }

    [Fact]
    public void Expected_SizeNeverSeen_HasThePartOfAll()
    {
        Learn(UsedParts.LeastRequests, (100, 100), (50, 25));
        Assert.Equal(QuotaAmounts.OfRequest(500, 250), _parts.Expected(QuotaAmounts.OfRequest(1000, 1000), Target) with { Cost = 0 });
    }

    [Fact]
    public void Expected_UseChanges_IsFollowed()
    {
        Learn(1000, (100, 100), (100, 100));
        Learn(1000, (100, 100), (50, 50));
        Assert.Equal(QuotaAmounts.OfRequest(50, 50), _parts.Expected(QuotaAmounts.OfRequest(100, 100), Target) with { Cost = 0 });
    }

    private void Learn(int times, (int Input, int Output) reserved, (int Input, int Output) used)
    {
        for (var time = 0; time < times; time++)
        {
            _parts.Learn(QuotaAmounts.OfRequest(reserved.Input, reserved.Output), QuotaAmounts.OfRequest(used.Input, used.Output));
        }
    }
}
