namespace ThotNet.Silo.Routing;

/// <summary>Who this silo is, in reports and lease requests.</summary>
/// <param name="Name">Unique over all silos and incarnations: a restarted silo has another.</param>
public sealed record SiloIdentity(string Name);
