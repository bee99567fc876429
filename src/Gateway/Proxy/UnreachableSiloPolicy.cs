using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace ThotNet.Gateway.Proxy;

/// <summary>
/// Takes a silo out for a moment when it could not be reached or broke the connection before its answer. An answer that breaks off later is the
/// silo's way of passing on a provider's broken stream and says nothing about the silo.
/// </summary>
internal sealed class UnreachableSiloPolicy(IDestinationHealthUpdater health) : IPassiveHealthCheckPolicy
{
    /// <summary>The policy's name in the configuration.</summary>
    public const string PolicyName = "UnreachableSilo";

    /// <summary>How long such a silo gets nothing; the active probes decide after that.</summary>
    public static readonly TimeSpan OutFor = TimeSpan.FromSeconds(5);

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        if (context.GetForwarderErrorFeature()?.Error is ForwarderError.Request or ForwarderError.RequestBodyDestination or ForwarderError.RequestTimedOut)
            health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, OutFor);
    }
}
