using ThotNet.Load.Replay;

namespace ThotNet.Load.Tests.Replay;

public sealed class ZipfLawTests
{
    private const int Draws = 100_000;

    [Theory]
    [InlineData(1.0, new[] { 34_489, 17_176, 11_252 })]
    [InlineData(0.5, new[] { 20_122, 14_243, 11_552 })]
    [InlineData(2.0, new[] { 64_737, 16_103, 7_138 })]
    public void Draw_Seeded_GivesTheseOfTheFirstRanks(double exponent, int[] expected)
    {
        Assert.Equal(expected, Frequencies(10, exponent)[..3]);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    [InlineData(2.0)]
    public void Draw_ManyTimes_IsAsFrequentAsTheLawSays(double exponent)
    {
        const int Count = 10;
        var sum = Enumerable.Range(1, Count).Sum(rank => Math.Pow(rank, -exponent));

        var frequencies = Frequencies(Count, exponent);

        for (var rank = 1; rank <= Count; rank++)
        {
            var expected = Draws * Math.Pow(rank, -exponent) / sum;
            Assert.InRange(frequencies[rank - 1], expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
        }
    }

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.5454, 0)] // The law's 1, 1/2 and 1/3 of 11/6 end at 0.5455, 0.8182 and 1.
    [InlineData(0.5456, 1)]
    [InlineData(0.8181, 1)]
    [InlineData(0.8183, 2)]
    [InlineData(0.9999, 2)]
    public void Draw_EachPartOfTheUnit_HasItsRank(double sample, int expected)
    {
        Assert.Equal(expected, new ZipfLaw(3, 1).Draw(new Fixed(sample)));
    }

    [Fact]
    public void Draw_OnlyOne_IsThatOne()
    {
        Assert.Equal([Draws], Frequencies(1, 1));
    }

    private static int[] Frequencies(int count, double exponent)
    {
        var law = new ZipfLaw(count, exponent);
        var random = new Random(1);
        var frequencies = new int[count];
        for (var i = 0; i < Draws; i++) frequencies[law.Draw(random)]++;
        return frequencies;
    }

    private sealed class Fixed(double sample) : Random
    {
        public override double NextDouble() => sample;
    }
}
