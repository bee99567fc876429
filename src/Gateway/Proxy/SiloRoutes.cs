using System.Net;
using ThotNet.Gateway.Clustering;
using ThotNet.Hosting.Health;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace ThotNet.Gateway.Proxy;

/// <summary>The proxy's configuration: one route, one cluster, a destination for each live silo.</summary>
internal static class SiloRoutes
{
    private const string Cluster = "silos";

    // Two probes in a row, so that one slow answer does not take a silo out; at one a second a dead one is out after about two seconds.
    private const string ProbeFailures = "2";

    private static readonly HealthCheckConfig Health = new()
    {
        AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
        Active = new ActiveHealthCheckConfig
        {
            Enabled = true,
            Interval = TimeSpan.FromSeconds(1),
            Timeout = TimeSpan.FromSeconds(2),
            Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
            Path = HealthExtensions.ReadyPath,
        },
        Passive = new PassiveHealthCheckConfig
        {
            Enabled = true,
            Policy = UnreachableSiloPolicy.PolicyName,
        },
    };

    // HTTP/1.1: health probes and requests share a port that speaks no TLS, and there HTTP/2 would need a port of its own.
    // The silo itself ends silent answers and keeps streams alive with comments, so ten minutes of nothing is a lost silo.
    private static readonly ForwarderRequestConfig Request = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = TimeSpan.FromMinutes(10),
        AllowResponseBuffering = false,
    };

    /// <summary>Everything under <c>/v1</c>, known or not, is the silos' to answer.</summary>
    public static IReadOnlyList<RouteConfig> Routes { get; } =
        [new RouteConfig { RouteId = "v1", ClusterId = Cluster, Match = new RouteMatch { Path = "/v1/{**rest}" } }];

    public static IReadOnlyList<ClusterConfig> Clusters(IEnumerable<SiloDestination> silos) =>
    [
        new ClusterConfig
        {
            ClusterId = Cluster,
            // Counts requests in flight, which is what long streams need.
            LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
            HealthCheck = Health,
            HttpRequest = Request,
            Metadata = new Dictionary<string, string> { [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = ProbeFailures },
            Destinations = silos.ToDictionary(silo => silo.Id, silo => new DestinationConfig { Address = silo.Url.AbsoluteUri }),
        },
    ];
}
