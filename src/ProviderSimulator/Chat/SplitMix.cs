namespace ThotNet.ProviderSimulator.Chat;

/// <summary>SplitMix64: small, and the same on every machine and runtime.</summary>
internal struct SplitMix(ulong state)
{
    public ulong Next()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
