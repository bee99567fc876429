using System.Collections.Immutable;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Providers.Chat;
using ThotNet.Providers.OpenAi;
using ThotNet.Routing;
using ThotNet.Routing.Quota;
using ThotNet.Silo.Evidence;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Routing;
using ThotNet.Silo.Tests.Quota;
using ThotNet.Silo.Tokens;
using ThotNet.Silo.Upstream;
using ThotNet.Silo.Usage;

namespace ThotNet.Silo.Tests.Pipeline;

/// <summary>A request whose lease was over before it could be sent goes on with another lease.</summary>
public sealed class RequestPipelineTests
{
    private const string Answer = """{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}]}""";

    private static readonly TargetDefinition Target = new("acme", "model-1", ImmutableArray<string>.Empty, 1, "q", Capabilities.None, 100);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));
    private int _sent;

    [Fact]
    public async Task Handle_LeaseOverBeforeSending_IsSentUnderTheNext()
    {
        var http = await HandleAsync(late: 1);

        Assert.Equal((200, "2", 1), (http.Response.StatusCode, http.Response.Headers["x-thotnet-attempts"].ToString(), _sent));
    }

    [Fact]
    public async Task Handle_LeaseAlwaysOver_EndsWithoutSending()
    {
        var http = await HandleAsync(late: int.MaxValue);

        Assert.Equal((503, 0), (http.Response.StatusCode, _sent));
    }

    private async Task<HttpContext> HandleAsync(int late)
    {
        var options = new ThotNetOptions();
        var catalog = new Catalog([Target], []);
        var authority = new FakeAuthority(_time, new BudgetDefinition(BudgetMetric.Requests, 100, TimeSpan.FromMinutes(1), BudgetKind.Rolling));
        var book = new LeaseBook(authority.AsFactory(), new FakeSilo(), catalog, _time, NullLogger<LeaseBook>.Instance);
        var health = new TargetHealth(catalog, options, _time, NullLogger<TargetHealth>.Instance);
        var scales = new PromptScales(catalog);
        var metrics = new SiloMetrics();
        var endpoint = new ProviderEndpoint("acme", new Uri("http://127.0.0.1:9/v1"), "");
        using var provider = new FakeProvider(async (request, _) =>
        {
            if (late-- > 0)
            {
                _time.Advance(LeaseRules.Lifetime + LeaseRules.SendMargin);
            }

            await FakeProvider.Take(request);
            _sent++;
            return new HttpResponseMessage { Content = new StringContent(Answer, Encoding.UTF8, "application/json") };
        });
        using var providers = new ProviderSet([new UpstreamProvider(endpoint, new OpenAiAdapter(endpoint, OpenAiDialect.Generic), provider)]);
        var room = new WaitingRoom(options, _time);
        var pipeline = new RequestPipeline(
            new CandidateFinder(catalog),
            new CallerBudgets(book, scales, catalog, room, _time),
            new TargetSelector(book, health, new RouteAdvice(_time), scales, catalog, room, _time),
            new AttemptRunner(providers, book, scales, options, metrics, _time),
            health,
            book,
            new OpenRouterKeyWatcher([], book.ReportEvidence, _time, new Random(1), NullLogger<OpenRouterKeyWatcher>.Instance),
            metrics,
            options,
            new Random(1),
            _time);
        Assert.Null(ChatRequestReader.Read("""{"model":"auto","messages":[{"role":"user","content":"hi"}]}"""u8.ToArray(), out var request));
        var http = new DefaultHttpContext();
        await _time.WhileAsync(DoneAsync(pipeline.HandleAsync(http, request!, default)));
        Assert.True(health.TryEnter(Target, out _));
        return http;
    }

    private static async Task<bool> DoneAsync(Task task)
    {
        await task;
        return true;
    }
}
