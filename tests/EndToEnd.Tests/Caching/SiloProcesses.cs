using System.Globalization;
using System.Text.RegularExpressions;

namespace ThotNet.EndToEnd.Tests.Caching;

/// <summary>Three silos, each a process of its own that can be killed, in front of one provider of the test's making. They are talked to as a gateway does.</summary>
internal sealed partial class SiloProcesses : IAsyncDisposable
{
    public const int Count = 3;

    private const string Secret = "secret-of-the-tests-0123";

    private readonly LocalCluster _cluster;
    private readonly HashSet<int> _down = [];
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1000 }) { Timeout = TimeSpan.FromSeconds(60) };

    private SiloProcesses(LocalCluster cluster, GatedProvider provider) => (_cluster, Provider) = (cluster, provider);

    public GatedProvider Provider { get; }

    /// <summary>Starts them.</summary>
    public static async Task<SiloProcesses> StartAsync()
    {
        var provider = await GatedProvider.StartAsync();
        var settings = new Dictionary<string, string>
        {
            ["THOTNET_API_KEYS"] = LocalCluster.ApiKey,
            ["THOTNET_GATEWAY_SECRET"] = Secret,
            ["ThotNet__Providers__acme__BaseUrl"] = provider.Address.AbsoluteUri,
            ["ThotNet__Providers__acme__ApiKeyVariable"] = "ACME_KEY",
            ["ThotNet__Providers__acme__Models__default__Id"] = "model-1",
            ["ACME_KEY"] = "key-of-acme",
            // A provider that waits for the test is not one that is gone.
            ["ThotNet__Routing__FirstEventTimeout"] = "00:01:00",
            ["ThotNet__Routing__SilenceTimeout"] = "00:01:00",
        };
        foreach (var name in new[] { "openrouter", "groq", "gemini" })
        {
            settings[$"ThotNet__Providers__{name}__Enabled"] = "false";
        }

        try
        {
            return new SiloProcesses(await LocalCluster.StartAsync(Count, settings), provider);
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends a silo at once, as a crash would. Silos are numbered from 0.</summary>
    public Task KillAsync(int silo) => EndAsync("kill-silo", silo);

    /// <summary>Lets a silo finish its requests and leave.</summary>
    public Task StopAsync(int silo) => EndAsync("stop-silo", silo);

    /// <summary>Starts those again that are down.</summary>
    public async Task RestoreAsync()
    {
        await Task.WhenAll(_down.Select(silo => _cluster.RunAsync("start-silo", $"{silo + 1}")));
        _down.Clear();
        await Task.WhenAll(Enumerable.Range(0, Count).Select(silo => CacheReadiness.ReachedAsync(_client, AddressOf(silo), Secret)));
    }

    /// <summary>Posts a chat to one silo and returns when the headers are there.</summary>
    public Task<HttpResponseMessage> PostAsync(int silo, string prompt, bool stream, params (string Name, string Value)[] headers)
    {
        var body = $$"""{"model":"auto","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{prompt}}"}]}""";
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(AddressOf(silo), "v1/chat/completions"))
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        message.Headers.Add("x-thotnet-gateway-secret", Secret);
        message.Headers.Add("x-thotnet-key-id", "alice");
        foreach (var (name, value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Whether a silo takes new requests.</summary>
    public async Task<bool> IsReadyAsync(int silo)
    {
        try
        {
            using var response = await _client.GetAsync(new Uri(AddressOf(silo), "healthz/ready"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>How many callers wait in a silo for their answers.</summary>
    public async Task<double> CallersAsync(int silo) => await MetricAsync(silo, "http_server_active_requests", "http_request_method=\"POST\"");

    /// <summary>How many flights of one silo another follows.</summary>
    public async Task<double> FollowedAsync(int silo, int leader) => await MetricAsync(
        silo, "http_client_open_connections", "http_connection_state=\"active\"", string.Create(CultureInfo.InvariantCulture, $"server_port=\"{AddressOf(leader).Port}\""));

    /// <summary>The sum of a silo's metrics of that name that have these tags.</summary>
    public async Task<double> MetricAsync(int silo, string name, params string[] tags)
    {
        var text = await _client.GetStringAsync(new Uri(AddressOf(silo), "metrics"));
        return Sample().Matches(text)
            .Where(sample => sample.Groups["name"].Value == name && Array.TrueForAll(tags, tag => sample.Groups["tags"].Value.Contains(tag, StringComparison.Ordinal)))
            .Sum(sample => double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Provider.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    private Uri AddressOf(int silo) => _cluster.AddressOf($"silo-{silo + 1}");

    private async Task EndAsync(string verb, int silo)
    {
        _down.Add(silo);
        await _cluster.RunAsync(verb, $"{silo + 1}");
    }

    [GeneratedRegex(@"^(?<name>\w+)\{(?<tags>[^}]*)\} (?<value>\S+)", RegexOptions.Multiline)]
    private static partial Regex Sample();
}
