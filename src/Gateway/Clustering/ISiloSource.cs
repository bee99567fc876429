namespace ThotNet.Gateway.Clustering;

/// <summary>A live silo and where its HTTP endpoint is.</summary>
/// <param name="Id">Identifies this run of the silo; differs after a restart, so that an old run's health is not held against it.</param>
/// <param name="Url">Base of its HTTP endpoint.</param>
internal sealed record SiloDestination(string Id, Uri Url);

/// <summary>Knows the live silos.</summary>
internal interface ISiloSource
{
    /// <summary>The silos that are live now, in any order; null when nobody can be asked yet.</summary>
    Task<IReadOnlyList<SiloDestination>?> GetAsync();
}
