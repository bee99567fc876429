using ThotNet.Providers;

namespace ThotNet.Silo.Upstream;

/// <summary>One provider as the silo uses it: its adapter and its pooled connections.</summary>
public sealed class UpstreamProvider : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Creates the provider with connections of its own.</summary>
    public UpstreamProvider(ProviderEndpoint endpoint, IProviderAdapter adapter)
        : this(endpoint, adapter, CreateConnections())
    {
    }

    internal UpstreamProvider(ProviderEndpoint endpoint, IProviderAdapter adapter, HttpMessageHandler connections)
    {
        Name = endpoint.Name;
        Address = endpoint.BaseUrl;
        Adapter = adapter;
        Client = new HttpMessageInvoker(connections);
    }

    /// <summary>The provider's name in the configuration.</summary>
    public string Name { get; }

    /// <summary>Where it is reached.</summary>
    public Uri Address { get; }

    /// <summary>Its wire format.</summary>
    public IProviderAdapter Adapter { get; }

    /// <summary>Its connections. Timeouts are the attempt's own.</summary>
    public HttpMessageInvoker Client { get; }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => Client.Dispose();

    private static SocketsHttpHandler CreateConnections() => new()
    {
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
        AllowAutoRedirect = false,
        UseCookies = false,
        EnableMultipleHttp2Connections = true,
    };
}
