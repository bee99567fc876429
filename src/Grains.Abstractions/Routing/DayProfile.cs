namespace ThotNet.Grains.Abstractions.Routing;

/// <summary>What was learned of how demand spreads over a day. The router stores it.</summary>
[GenerateSerializer, Immutable, Alias("thotnet.DayProfile")]
public sealed record DayProfile;
