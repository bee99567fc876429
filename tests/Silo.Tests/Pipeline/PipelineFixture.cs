using System.Collections.Immutable;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers.Chat;
using ThotNet.Routing;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Routing;
using ThotNet.Silo.Streaming;
using ThotNet.Silo.Tests.Quota;

namespace ThotNet.Silo.Tests.Pipeline;

/// <summary>The whole pipeline with one target at a provider of the test's making, and a caller with limits: alice.</summary>
internal sealed class PipelineFixture : IDisposable
{
    private readonly CancellationTokenSource _left;
    private readonly FakeAuthority _callers;
    private readonly QuotaDefinition _limits;
    private readonly DefaultHttpContext _http = new();
    private LeaseBook? _book;

    public PipelineFixture()
    {
        _left = new(Timeout.InfiniteTimeSpan, Time);
        Provider = new(Time, PerMinute(BudgetMetric.Requests, 100));
        _limits = CallerLimits.Define(
            "key/alice",
            [
                PerMinute(BudgetMetric.Requests, 10), PerMinute(BudgetMetric.Tokens, 100_000), PerMinute(BudgetMetric.Cost, 100_000),
                PerMinute(BudgetMetric.ConcurrentRequests, 1),
            ]);
        _callers = new(Time, [.. _limits.Budgets]);
    }

    /// <summary>What is reserved for the request of <see cref="HandleAsync"/>, whose prompt is counted: requests, tokens, cost.</summary>
    public static (long Requests, long Tokens, long Cost) Reserved => (1, 110, 210);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The authority over the provider's account.</summary>
    public FakeAuthority Provider { get; set; }

    /// <summary>Called before the request is served.</summary>
    public Action<TargetHealth>? OnStart { get; set; }

    /// <summary>What was asked for.</summary>
    public DemandMeter? Demand { get; private set; }

    /// <summary>The targets, all of one provider.</summary>
    public ImmutableArray<TargetDefinition> Targets { get; set; } = [AttemptFixture.Target];

    /// <summary>The model asked for.</summary>
    public string Model { get; set; } = "auto";

    /// <summary>The caller's side.</summary>
    public HttpContext Http => _http;

    /// <summary>Called when something is written to the caller.</summary>
    public Action<LeaseBook>? OnWrite { get; set; }

    public static BudgetDefinition PerMinute(BudgetMetric metric, long amount) => new(metric, amount, TimeSpan.FromMinutes(1), BudgetKind.Rolling);

    /// <summary>How the request of <see cref="HandleAsync"/> ended.</summary>
    public PipelineEnd End { get; private set; }

    /// <summary>The caller leaves now.</summary>
    public void Leave() => _left.Cancel();

    /// <summary>The caller leaves after a while of the fake clock.</summary>
    public void LeaveAfter(TimeSpan time) => _left.CancelAfter(time);

    /// <summary>Serves one request.</summary>
    public async Task<(HttpContext Http, TargetHealth Health)> HandleAsync(HttpMessageHandler provider, Patience patience = default, bool stream = false)
    {
        var options = new ThotNetOptions();
        var catalog = new Catalog(Targets, [], new([_limits], []));
        using var bench = new PipelineBench(catalog, provider, key => CallerLimits.IsCallers(key) ? _callers : Provider, options, Time);
        (_book, Demand) = (bench.Book, bench.Demand);
        OnStart?.Invoke(bench.Health);
        var body = $$"""{"model":"{{Model}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]}""";
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request, "alice"));
        _http.RequestAborted = _left.Token;
        _http.Response.Body = new WatchedStream(() => OnWrite?.Invoke(bench.Book));
        var unknown = new CandidateFinder(catalog).Find(request!, out var tiers);
        Assert.Null(unknown);
        await using var caller = new CallerConnection(_http, stream, options.Routing.KeepAlive, Time);
        End = await Time.WhileAsync(bench.Pipeline.ServeAsync(caller, request!, tiers, patience));
        if (End.Error is { } error)
        {
            await Time.WhileAsync(DoneAsync(caller.FailAsync(error)));
        }

        return (_http, bench.Health);
    }

    /// <summary>What the caller's authority knows to be used once all leases are back; nothing is held then.</summary>
    public async Task<(long Requests, long Tokens, long Cost)> UsedAsync()
    {
        await Time.WhileAsync(DoneAsync(_book!.CloseAsync(TestContext.Current.CancellationToken)));
        var budgets = _callers.Snapshot().Budgets;
        Assert.All(budgets, budget => Assert.Equal(0, budget.Outstanding));
        Assert.Equal(0, budgets[3].Used);
        return (budgets[0].Used, budgets[1].Used, budgets[2].Used);
    }

    public void Dispose() => _left.Dispose();

    private static async Task<bool> DoneAsync(Task task)
    {
        await task;
        return true;
    }

    private sealed class WatchedStream(Action written) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            written();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
