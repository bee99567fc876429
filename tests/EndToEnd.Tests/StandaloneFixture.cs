using System.Globalization;
using System.Net.Http.Headers;
using ThotNet.ProviderSimulator;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Control;
using ThotNet.Standalone;

[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: AssemblyFixture(typeof(ThotNet.EndToEnd.Tests.StandaloneFixture))]

namespace ThotNet.EndToEnd.Tests;

/// <summary>One ThotNet process in this one, in front of a simulator whose quotas are too wide to matter. Tests that use it run one at a time.</summary>
/// <remarks>The one of the assembly is shared: tests that make providers fail start one of their own, because what fails is remembered.</remarks>
public sealed class StandaloneFixture : IAsyncLifetime
{
    public const string ApiKey = "tn-test-0123456789abcdef";

    /// <summary>Stands in settings for the address of the simulator, which is not known before it has started.</summary>
    internal const string SimulatorPlace = "{simulator}/";

    private readonly TemporaryFolder _data = new();
    private readonly string[] _settings;
    private StandaloneHost? _host;
    private SimulatorHost? _simulator;

    public StandaloneFixture()
        : this([])
    {
    }

    /// <summary>One of a test's own.</summary>
    /// <param name="settings">Arguments of the command line over those of all.</param>
    internal StandaloneFixture(params string[] settings) => _settings = settings;

    public StandaloneHost Host => _host!;

    public SimulatorState Simulator => _simulator!.State;

    public Uri SimulatorAddress => _simulator!.BaseAddress;

    public HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var options = new SimulatorOptions();
        foreach (var provider in options.Providers.Values)
        {
            provider.Quotas.Clear();
        }

        _simulator = await SimulatorHost.StartAsync(options, TimeProvider.System);
        _host = await StandaloneHost.StartAsync(
        [
            "--urls=http://127.0.0.1:0",
            $"--THOTNET_API_KEYS={ApiKey}",
            $"--ThotNet:Standalone:Data={_data.Path}",
            .. Provider("openrouter", "OPENROUTER_API_KEY", "openrouter/api/v1"),
            .. Provider("groq", "GROQ_API_KEY", "groq/openai/v1"),
            .. Provider("gemini", "GOOGLE_GEMINI_API_KEY", "gemini/v1beta"),
            // Models for embeddings beside the one that is configured by default.
            "--ThotNet:Providers:openrouter:Models:embeddings:Id=openai/text-embedding-3-small",
            "--ThotNet:Providers:openrouter:Models:embeddings:Capabilities=Embeddings",
            "--ThotNet:Providers:groq:Models:embeddings:Id=nomic-embed-text-v1.5",
            "--ThotNet:Providers:groq:Models:embeddings:Capabilities=Embeddings",
            // Tests send equal requests and count what comes to the simulator.
            "--ThotNet:Cache:Enabled=false",
            "--ThotNet:Routing:FirstEventTimeout=00:00:03",
            "--ThotNet:Routing:SilenceTimeout=00:00:02",
            "--Logging:LogLevel:Default=Warning",
            .. _settings.Select(setting => setting.Replace(SimulatorPlace, _simulator.BaseAddress.AbsoluteUri, StringComparison.Ordinal)),
        ]);
        Client = new HttpClient { BaseAddress = _host.GatewayUrl };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        await _simulator!.DisposeAsync();
        _data.Dispose();
    }

    /// <summary>Posts a chat request and returns as soon as the headers are there.</summary>
    public Task<HttpResponseMessage> PostChatAsync(string body) => Client.SendAsync(ChatPost.Of(body), HttpCompletionOption.ResponseHeadersRead);

    private IEnumerable<string> Provider(string name, string variable, string path) =>
    [
        $"--{variable}=sim-test",
        $"--ThotNet:Providers:{name}:BaseUrl={new Uri(_simulator!.BaseAddress, path)}",
        .. new[] { "minute", name == "groq" ? "day" : "day_tokens" }.Select(
            budget => string.Create(CultureInfo.InvariantCulture, $"--ThotNet:Providers:{name}:Budgets:{budget}:Amount=1000000000")),
        .. DocumentedBudgets.Of(name).Select(budget => $"--ThotNet:Providers:{name}:Budgets:{budget}:Enabled=false"),
    ];
}
