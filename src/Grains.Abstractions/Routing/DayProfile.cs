using System.Collections.Immutable;

namespace ThotNet.Grains.Abstractions.Routing;

/// <summary>What is learned of how demand goes through a day (UTC).</summary>
/// <param name="Rates">Mean requests per second in each half hour of the day, 48 of them; below 0 where it was never seen. Empty before anything is known.</param>
[GenerateSerializer, Immutable, Alias("thotnet.DayProfile")]
public sealed record DayProfile(ImmutableArray<double> Rates)
{
    /// <summary>Nothing is known.</summary>
    public static DayProfile Unknown { get; } = new([]);
}
