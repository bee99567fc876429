using ThotNet.Routing.Prices;

namespace ThotNet.Routing.Tests.Prices;

public sealed class DemandSizeTests
{
    [Theory]
    [InlineData(-1, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(5, 4)]
    [InlineData(6, 5)]
    [InlineData(1024, 20)]
    [InlineData(1448, 20)]
    [InlineData(1449, 21)]
    [InlineData(3_037_000_500, 63)]
    [InlineData(long.MaxValue, 63)]
    public void Of_Tokens_IsTwiceTheirLogarithm(long tokens, int size) => Assert.Equal(size, DemandSize.Of(tokens));
}
