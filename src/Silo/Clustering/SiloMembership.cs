namespace ThotNet.Silo;

/// <summary>Where silos are registered.</summary>
public enum SiloMembership
{
    /// <summary>In Redis: any number of silos.</summary>
    Redis,

    /// <summary>In memory: this silo is alone, as in the standalone mode.</summary>
    Alone,
}
