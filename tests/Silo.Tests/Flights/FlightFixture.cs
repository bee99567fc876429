using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers.Chat;
using ThotNet.Routing;
using ThotNet.Silo.Caching;
using ThotNet.Silo.Flights;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Tests.Pipeline;
using ThotNet.Silo.Tests.Quota;

namespace ThotNet.Silo.Tests.Flights;

/// <summary>A silo's whole handling of requests in one scope that all callers share; a provider and a grain of the test's making. Its clock stands still.</summary>
internal sealed class FlightFixture : IAsyncDisposable
{
    private readonly PipelineBench _bench;
    private readonly FlightClient _client;
    private readonly ThotNetOptions _options = new();

    public FlightFixture(HttpMessageHandler provider)
    {
        _options.Cache.Scope = CacheScope.Shared;
        _options.Routing.KeepAlive = TimeSpan.FromHours(1);
        var account = new FakeAuthority(Time, PipelineFixture.PerMinute(BudgetMetric.Requests, 100));
        Alice = new(Time, PipelineFixture.PerMinute(BudgetMetric.Requests, 100));
        var catalog = new Catalog(
            [AttemptFixture.Target], [], new([CallerLimits.Define("key/alice", [PipelineFixture.PerMinute(BudgetMetric.Requests, 100)])], []));
        _bench = new(catalog, provider, key => CallerLimits.IsCallers(key) ? Alice : account, _options, Time);

        // The clocks of the ways between silos stand still, so that a test that lets time pass does not make them lose patience.
        var still = new FakeTimeProvider();
        _client = new(FlightPeer.SecretOf("s3cret"), still);
        Cache = new(new StoreSettings { KeyPrefix = "test" }, Metrics, Time, new Random(1), NullLogger<AnswerCache>.Instance);
        var places = new FlightPlaces(Grain.AsFactory(), new FakeSilo(), new("http://127.0.0.1:9/"), still, NullLogger<FlightPlaces>.Instance);
        var feeder = new FlightFeeder(_bench.Pipeline, Cache, Table, places, _client, new(Cache, _options, Time), Time, NullLogger<FlightFeeder>.Instance);
        Handler = new(
            new(catalog), new(new(_options)), Cache, new(Time), Table, feeder, new(new(Time), Time), _bench.Pipeline, Metrics, _bench.Metrics, _options, Time);
    }

    /// <summary>The key of what <see cref="AskAsync"/> asks for.</summary>
    public static CacheKey Key => CacheKeys.Of(RequestOf("alice", false), [[AttemptFixture.Target]], CacheScope.Shared)!.Value;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The authority over the limits of alice; nothing limits other callers.</summary>
    public FakeAuthority Alice { get; }

    public FakeFlightGrain Grain { get; } = new();

    public FlightTable Table { get; } = new();

    public CacheMetrics Metrics { get; } = new();

    public AnswerCache Cache { get; }

    public RequestHandler Handler { get; }

    /// <summary>Asks for the one answer that all tests are about.</summary>
    public async Task<CallerReply> AskAsync(
        string caller, bool stream = false, Patience patience = default, CacheControl control = default, string language = "en", CancellationToken left = default)
    {
        var http = new DefaultHttpContext { RequestAborted = left };
        http.Request.Headers.AcceptLanguage = language;
        using var body = new MemoryStream();
        http.Response.Body = body;
        await Handler.HandleAsync(http, RequestOf(caller, stream), patience, control);
        return new(
            http.Response.StatusCode, http.Response.Headers[CacheControl.Header].ToString(), Encoding.UTF8.GetString(body.ToArray()), http.Response.Headers);
    }

    public async ValueTask DisposeAsync()
    {
        await Cache.DisposeAsync();
        _client.Dispose();
        _bench.Dispose();
    }

    private static ChatRequest RequestOf(string caller, bool stream)
    {
        var body = $$"""{"model":"acme/model-1","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]}""";
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request, caller));
        return request!;
    }
}

/// <summary>What a caller got.</summary>
internal sealed record CallerReply(int Status, string Cache, string Body, IHeaderDictionary Headers);
