namespace ThotNet.Grains.Abstractions.Flights;

/// <summary>A silo's question: it needs this answer and would call the provider itself.</summary>
/// <param name="FlightId">The flight that the asker would lead, unique for ever.</param>
/// <param name="Url">Where other silos reach the asker's over HTTP, for example <c>http://10.0.0.7:8080/</c>.</param>
/// <param name="Silo">The asker's silo, by whose death others notice that its flights are gone.</param>
/// <param name="Dead">A flight that the asker was told to follow and found gone, lost or handed over before its first byte; null the first time.</param>
[GenerateSerializer, Immutable, Alias("thotnet.FlightAsk")]
public sealed record FlightAsk(Guid FlightId, Uri Url, SiloAddress Silo, Guid? Dead = null);

/// <summary>Who leads.</summary>
/// <param name="Leads">The asker does.</param>
/// <param name="FlightId">The leader's flight.</param>
/// <param name="Url">Where the leader's silo is reached over HTTP.</param>
[GenerateSerializer, Immutable, Alias("thotnet.FlightPlace")]
public sealed record FlightPlace(bool Leads, Guid FlightId, Uri Url);
