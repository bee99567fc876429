using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ThotNet.Gateway.Tests.Clustering;
using ThotNet.Silo;
using ThotNet.Silo.Caching;

namespace ThotNet.EndToEnd.Tests.Caching;

/// <summary>Silos in this process, each with its own HTTP endpoint, on a redis-server for the state and one for the cache, in front of one provider of the test's making.</summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    private const string Secret = "secret-of-the-tests-0123";

    private readonly List<WebApplication> _silos = [];
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1000 }) { Timeout = TimeSpan.FromSeconds(60) };

    private SiloCluster(RedisServer state, RedisServer cache, GatedProvider provider)
    {
        State = state;
        Cache = cache;
        Provider = provider;
    }

    public RedisServer State { get; }

    public RedisServer Cache { get; private set; }

    public GatedProvider Provider { get; }

    public int Count => _silos.Count;

    /// <summary>Starts a cluster.</summary>
    /// <param name="silos">How many silos.</param>
    /// <param name="settings">Settings of all silos, over those of the fixture: <c>ThotNet:Cache:Scope=Shared</c>.</param>
    public static async Task<SiloCluster> StartAsync(int silos, params string[] settings)
    {
        var cluster = new SiloCluster(await RedisServer.StartAsync(), await RedisServer.StartAsync(), await GatedProvider.StartAsync());
        try
        {
            for (var silo = 0; silo < silos; silo++)
            {
                cluster._silos.Add(await cluster.StartSiloAsync(settings));
            }

            // A silo serves before it has reached the cache, and keeps nothing until then.
            if (!settings.Any(setting => setting.StartsWith("ThotNet:Cache:Redis=", StringComparison.Ordinal)))
            {
                await Eventually.TrueAsync(() => Enumerable.Range(0, silos).All(silo => cluster.Service<AnswerCache>(silo).IsRedisReached == true));
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the cache's Redis again, empty, after it was disposed of.</summary>
    public async Task RestartCacheAsync() => Cache = await RedisServer.StartAsync(Cache.Port);

    /// <summary>A service of one silo.</summary>
    public T Service<T>(int silo)
        where T : notnull => _silos[silo].Services.GetRequiredService<T>();

    /// <summary>Posts a chat to one silo, as a gateway would for that caller, and returns when the headers are there.</summary>
    public Task<HttpResponseMessage> PostAsync(
        int silo, string prompt, bool stream = false, string caller = "alice", CancellationToken cancel = default, params (string Name, string Value)[] headers)
    {
        var body = $$"""{"model":"auto","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{prompt}}"}]}""";
        return SendAsync(silo, HttpMethod.Post, "/v1/chat/completions", body, caller, cancel, headers);
    }

    /// <summary>Sends any request to one silo.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        int silo, HttpMethod method, string path, string? body, string caller = "alice", CancellationToken cancel = default, params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(method, new Uri(new Uri(_silos[silo].Urls.First()), path));
        if (body is not null)
        {
            message.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        }

        message.Headers.Add("x-thotnet-gateway-secret", Secret);
        message.Headers.Add("x-thotnet-key-id", caller);
        foreach (var (name, value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Provider.DisposeAsync();
        await Task.WhenAll(_silos.Select(async silo =>
        {
            await silo.StopAsync();
            await silo.DisposeAsync();
        }));
        await State.DisposeAsync();
        await Cache.DisposeAsync();
    }

    private async Task<WebApplication> StartSiloAsync(string[] settings)
    {
        var port = RedisServer.FreePort();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
            Args =
            [
                $"--ThotNet:Cluster:Redis={State.Connection}",
                "--ThotNet:Cluster:AdvertisedHost=127.0.0.1",
                string.Create(CultureInfo.InvariantCulture, $"--ThotNet:Cluster:HttpPort={port}"),
                $"--urls=http://127.0.0.1:{port}",
                string.Create(CultureInfo.InvariantCulture, $"--ThotNet:Cluster:SiloPort={RedisServer.FreePort()}"),
                string.Create(CultureInfo.InvariantCulture, $"--ThotNet:Cluster:ClientPort={RedisServer.FreePort()}"),
                "--ThotNet:Cluster:DrainTimeout=00:00:02",
                $"--THOTNET_GATEWAY_SECRET={Secret}",
                $"--ThotNet:Cache:Redis={Cache.Connection},defaultDatabase=1",
                .. new[] { "openrouter", "groq", "gemini" }.Select(provider => $"--ThotNet:Providers:{provider}:Enabled=false"),
                $"--ThotNet:Providers:acme:BaseUrl={Provider.Address}",
                "--ThotNet:Providers:acme:ApiKeyVariable=ACME_KEY",
                "--ThotNet:Providers:acme:Models:default:Id=model-1",
                "--ThotNet:Providers:acme:Models:embeddings:Id=vectors-1",
                "--ThotNet:Providers:acme:Models:embeddings:Capabilities=Embeddings",
                "--ACME_KEY=key-of-acme",
                "--Logging:LogLevel:Default=Warning",
                .. settings.Select(setting => $"--{setting}"),
            ],
        });
        builder.AddThotNetSilo(SiloMembership.Redis);
        var silo = builder.Build();
        silo.MapThotNetSilo();
        await silo.StartAsync();
        return silo;
    }
}
