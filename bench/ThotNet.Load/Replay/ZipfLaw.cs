namespace ThotNet.Load.Replay;

/// <summary>
/// Zipf's law over a finite set: of <paramref name="count"/> things the one of rank k (from 1) is drawn in proportion to 1 / k^<paramref name="exponent"/>.
/// </summary>
/// <param name="count">How many things there are, from 1.</param>
/// <param name="exponent">How unequal they are, above 0; what is asked of the web is near 1.</param>
public sealed class ZipfLaw(int count, double exponent)
{
    private readonly double[] _upTo = Accumulate(count, exponent);

    /// <summary>Draws one; the most frequent is 0.</summary>
    public int Draw(Random random)
    {
        var found = Array.BinarySearch(_upTo, random.NextDouble() * _upTo[^1]);
        return Math.Min(found < 0 ? ~found : found + 1, count - 1);
    }

    private static double[] Accumulate(int count, double exponent)
    {
        var upTo = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++) upTo[i] = sum += Math.Pow(i + 1, -exponent);
        return upTo;
    }
}
