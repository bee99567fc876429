namespace ThotNet.Hosting.Configuration;

/// <summary>What a process is; decides which settings it cannot do without. One process may be both.</summary>
[Flags]
public enum HostRole
{
    /// <summary>A gateway: needs the callers' keys.</summary>
    Gateway = 1,

    /// <summary>A silo: needs at least one provider with its key.</summary>
    Silo = 2,
}
