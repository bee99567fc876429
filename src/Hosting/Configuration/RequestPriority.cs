namespace ThotNet.Hosting.Configuration;

/// <summary>Who is served first among those who wait for headroom.</summary>
public enum RequestPriority
{
    /// <summary>After all others.</summary>
    Low,

    /// <summary>The default.</summary>
    Normal,

    /// <summary>Before all others.</summary>
    High,
}
