using ThotNet.Grains.Abstractions.Routing;

namespace ThotNet.Grains.Routing;

/// <summary>What the router remembers from one activation to the next. Stored as JSON: names of properties are the format. Only add to it.</summary>
[GenerateSerializer, Alias("thotnet.RouterState")]
public sealed class RouterState
{
    /// <summary>What was learned of how demand spreads over a day; null before anything was.</summary>
    [Id(0)]
    public DayProfile? Profile { get; set; }
}
