using System.Net;
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
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Streaming;
using ThotNet.Silo.Tests.Quota;
using ThotNet.Silo.Tokens;
using ThotNet.Silo.Upstream;
using ThotNet.Silo.Usage;

namespace ThotNet.Silo.Tests.Pipeline;

/// <summary>One attempt on a provider of the test's making, with a real reservation: what is reported to the authority afterwards is what was settled.</summary>
internal sealed class AttemptFixture : IDisposable
{
    public static readonly TargetDefinition Target =
        new("acme", "model-1", [], 1, "q", Capabilities.None, 100) { InputPrice = 1, OutputPrice = 2 };

    private readonly CancellationTokenSource _left = new();
    private readonly DefaultHttpContext _http = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>What is reserved for the request of <see cref="RunAsync"/>.</summary>
    public static QuotaAmounts Reserved { get; } = new(1, 109, 9, 100, 209);

    /// <summary>The target's provider, and no other.</summary>
    public static ProviderSet ProvidersOf(HttpMessageHandler provider)
    {
        var endpoint = new ProviderEndpoint(Target.Provider, new Uri("http://127.0.0.1:9/v1"), "");
        return new([new UpstreamProvider(endpoint, new OpenAiAdapter(endpoint, OpenAiDialect.Generic), provider)]);
    }

    /// <summary>The caller leaves.</summary>
    public void Leave() => _left.Cancel();

    /// <summary>The caller leaves as soon as something is written to it.</summary>
    public void LeaveAtFirstWrite() => _http.Response.Body = new LeavingStream(_left);

    /// <summary>Makes the attempt and returns how it ended and what was settled.</summary>
    public async Task<(AttemptOutcome Outcome, QuotaAmounts Settled)> RunAsync(bool stream, HttpMessageHandler provider)
    {
        var authority = new FakeAuthority(
            Time, new(BudgetMetric.Requests, 100, TimeSpan.FromMinutes(1), BudgetKind.Rolling), new(BudgetMetric.Tokens, 100_000, TimeSpan.FromMinutes(1), BudgetKind.Rolling));
        var catalog = new Catalog([Target], []);
        var book = new LeaseBook(authority.AsFactory(), new FakeSilo(), catalog, Time, NullLogger<LeaseBook>.Instance);
        var scales = new PromptScales(catalog);
        var body = $$"""{"model":"m","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]}""";
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));
        var reserved = await book.ReserveAsync("q", RequestAmounts.Reserved(request!, Target, scales.Of(Target)), TestContext.Current.CancellationToken);

        var options = new ThotNetOptions();
        using var providers = ProvidersOf(provider);
        _http.RequestAborted = _left.Token;
        await using var caller = new CallerConnection(_http, stream, options.Routing.KeepAlive, Time);
        var runner = new AttemptRunner(providers, book, scales, options, new SiloMetrics(), Time);
        var outcome = await runner.RunAsync(Target, reserved.Reservation!.Value, request!, caller, new(null, QuotaAmounts.Zero), 1);

        await book.CloseAsync(TestContext.Current.CancellationToken);
        return (outcome, authority.Requests.SelectMany(question => question.Reports).Last(report => report.Settled).Used);
    }

    public void Dispose() => _left.Dispose();

    private sealed class LeavingStream(CancellationTokenSource left) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            left.Cancel();
            throw new OperationCanceledException(left.Token);
        }
    }
}

/// <summary>A provider that does what the test says.</summary>
internal sealed class FakeProvider(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    /// <summary>Takes the request and answers.</summary>
    public static FakeProvider Answers(int status, string body, string type = "application/json") =>
        new(async (request, _) =>
        {
            await Take(request);
            return new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };
        });

    /// <summary>Takes the request and answers with these events.</summary>
    public static FakeProvider Streams(params string[] events) =>
        Answers(200, string.Concat(events.Select(data => $"data: {data}\n\n")), "text/event-stream");

    /// <summary>Takes the request, sends these events, and then does something instead of going on.</summary>
    public static FakeProvider StreamsAndThen(Func<CancellationToken, Task> then, params string[] events) =>
        new(async (request, _) =>
        {
            await Take(request);
            var content = Interrupted(string.Concat(events.Select(data => $"data: {data}\n\n")), then);
            content.Headers.ContentType = new("text/event-stream");
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
        });

    /// <summary>A body that, at its end, does something first.</summary>
    public static HttpContent Interrupted(string text, Func<CancellationToken, Task> then) => new StreamContent(new InterruptedStream(text, then));

    /// <summary>Reads the request's body as a connection would.</summary>
    public static Task Take(HttpRequestMessage request) => request.Content!.CopyToAsync(Stream.Null, null, CancellationToken.None);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        answer(request, cancellationToken);

    private sealed class InterruptedStream(string text, Func<CancellationToken, Task> then) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length)
            {
                await then(cancellationToken);
            }

            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
