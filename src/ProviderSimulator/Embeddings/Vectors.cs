using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Embeddings;

/// <summary>The embedding model: a vector is a function of its text alone.</summary>
internal static class Vectors
{
    /// <summary>Numbers in a vector when the caller does not say: few, so that tests are fast.</summary>
    public const int DefaultDimensions = 8;

    public const int MaxDimensions = 3072;

    /// <summary>Numbers from -1 to 1; a shorter vector is the beginning of a longer one.</summary>
    public static float[] Make(ulong seed, int dimensions)
    {
        var random = new SplitMix(seed);
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
            vector[i] = (int)(random.Next() >> 40) / (float)(1 << 23) - 1;
        return vector;
    }
}
