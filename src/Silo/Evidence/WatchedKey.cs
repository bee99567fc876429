using System.Threading.Channels;
using ThotNet.Providers;

namespace ThotNet.Silo.Evidence;

/// <summary>One key at OpenRouter that is asked about.</summary>
/// <param name="quotaKey">The quota of its account.</param>
/// <param name="endpoint">Where to ask, and the key itself.</param>
/// <param name="client">The connections.</param>
public sealed class WatchedKey(string quotaKey, ProviderEndpoint endpoint, HttpMessageInvoker client)
{
    private readonly Channel<bool> _wishes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>The quota of its account.</summary>
    public string QuotaKey => quotaKey;

    internal ProviderEndpoint Endpoint => endpoint;

    internal HttpMessageInvoker Client => client;

    /// <summary>Until when the quota is closed on the key's own word.</summary>
    internal DateTimeOffset ClosedUntil { get; set; }

    /// <summary>When a failure to ask was last logged, or null.</summary>
    internal DateTimeOffset? ComplainedAt { get; set; }

    internal void Wish() => _wishes.Writer.TryWrite(true);

    internal async Task WishedAsync(CancellationToken cancellationToken) => await _wishes.Reader.ReadAsync(cancellationToken);
}
