using System.ComponentModel.DataAnnotations;

namespace ThotNet.Hosting.Configuration;

/// <summary>Who may call and how much at once: <c>ThotNet:Access</c>.</summary>
public sealed class AccessOptions
{
    /// <summary>
    /// Secret between gateways and silos, at least 16 characters; also read from the environment variable <c>THOTNET_GATEWAY_SECRET</c>.
    /// Required outside Development.
    /// </summary>
    [Secret]
    public string GatewaySecret { get; set; } = "";

    /// <summary>
    /// The callers' keys, separated by commas, each at least 16 characters without spaces; also read from the environment variable
    /// <c>THOTNET_API_KEYS</c>. Required at the gateway outside Development.
    /// </summary>
    [Secret]
    public string ApiKeys { get; set; } = "";

    /// <summary>The limits of every key that has none of its own, by any names of your own; each key has them for itself. None means unlimited.</summary>
    public SortedDictionary<string, BudgetOptions> Budgets { get; set; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The highest priority that a key has a right to, unless it has one of its own; a request that asks for more (header <c>x-thotnet-priority</c>) waits
    /// with this one.
    /// </summary>
    public RequestPriority MaxPriority { get; set; } = RequestPriority.Normal;

    /// <summary>The keys of <see cref="ApiKeys"/>, one by one.</summary>
    public string[] ListKeys() => ApiKeys.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Largest request body in bytes; a larger one is answered with 413.</summary>
    [Range(1024, 268_435_456)]
    public int MaxBodyBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Largest number of request headers; more are answered with 431.</summary>
    [Range(10, 1000)]
    public int MaxHeaders { get; set; } = 100;

    /// <summary>Largest size of all request headers in bytes; more are answered with 431.</summary>
    [Range(1024, 262_144)]
    public int MaxHeaderBytes { get; set; } = 64 * 1024;

    /// <summary>How many requests one process works on at once; one more is answered with 503.</summary>
    [Range(1, 1_000_000)]
    public int MaxConcurrentRequests { get; set; } = 20_000;

    /// <summary>
    /// Whether callers may ask with the header <c>x-thotnet-explain: 1</c> why their request went where it went. The answer tells where the providers'
    /// budgets stand. In Development without any configured key it is allowed.
    /// </summary>
    public bool MayExplain { get; set; }
}
