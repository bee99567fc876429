using System.ComponentModel.DataAnnotations;

namespace ThotNet.Hosting.Configuration;

/// <summary>How silos and gateways find each other: <c>ThotNet:Cluster</c>.</summary>
public sealed class ClusterOptions
{
    /// <summary>
    /// Connection string of the Redis (or Garnet) that holds membership and quota state: <c>host:port,option=value</c>. Required outside
    /// Development.
    /// </summary>
    [Secret]
    public string Redis { get; set; } = "";

    /// <summary>Name of the service; part of every stored key.</summary>
    [Required, RegularExpression("^[A-Za-z0-9_.-]{1,64}$")]
    public string ServiceId { get; set; } = "thotnet";

    /// <summary>Name of this running cluster; silos and gateways of one name work together.</summary>
    [Required, RegularExpression("^[A-Za-z0-9_.-]{1,64}$")]
    public string ClusterId { get; set; } = "default";

    /// <summary>IP address or host name under which other silos and gateways reach this silo; empty for this machine's own address.</summary>
    public string AdvertisedHost { get; set; } = "";

    /// <summary>Port for traffic between silos.</summary>
    [Range(1, 65_535)]
    public int SiloPort { get; set; } = 11111;

    /// <summary>Port for Orleans clients.</summary>
    [Range(1, 65_535)]
    public int ClientPort { get; set; } = 30000;

    /// <summary>Port of the silo's HTTP endpoint.</summary>
    [Range(1, 65_535)]
    public int HttpPort { get; set; } = 8081;

    /// <summary>How long a stopping process may take to finish running requests.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
