namespace ThotNet.Providers.Replay;

/// <summary>Remembers where values stand, without holding on to a span.</summary>
internal static class Ranges
{
    /// <summary>Where the part stands in the whole.</summary>
    /// <param name="whole">Bytes.</param>
    /// <param name="part">A slice of them; empty is nowhere.</param>
    public static Range RangeOf(this ReadOnlySpan<byte> whole, ReadOnlySpan<byte> part) =>
        whole.Overlaps(part, out var start) ? start..(start + part.Length) : default;
}
