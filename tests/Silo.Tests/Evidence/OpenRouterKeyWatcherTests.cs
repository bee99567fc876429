using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers;
using ThotNet.Silo.Evidence;

namespace ThotNet.Silo.Tests.Evidence;

public sealed class OpenRouterKeyWatcherTests : IAsyncDisposable
{
    private const string Secret = "sk-or-secret";
    private const string Free = """{"data":{"label":"sk-or-label","limit_remaining":null,"free_model_daily_requests":{"used":13,"limit":50,"remaining":37}}}""";
    private const string Spent = """{"data":{"limit":10,"limit_remaining":0,"limit_reset":"daily"}}""";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentQueue<(string Quota, QuotaEvidence Evidence)> _reports = [];
    private readonly Lines _log = new();
    private readonly Answers _answers = new();
    private readonly OpenRouterKeyWatcher _watcher;

    public OpenRouterKeyWatcherTests()
    {
        var key = new WatchedKey(
            "q", new ProviderEndpoint("openrouter", new Uri("http://127.0.0.1:9/api/v1"), Secret), new HttpMessageInvoker(_answers));
        _watcher = new([key], (quota, evidence) => _reports.Enqueue((quota, evidence)), _time, new Random(1), _log);
    }

    public async ValueTask DisposeAsync()
    {
        await _watcher.StopAsync(CancellationToken.None);
        _watcher.Dispose();
    }

    [Fact]
    public async Task Start_AsksAtOnceAndEachMinute_Wire24()
    {
        _answers.Body = Free;
        var started = _time.GetUtcNow();
        await AskedAsync(1);

        await AskedAsync(2);

        Assert.InRange(_time.GetUtcNow() - started, OpenRouterKeyWatcher.Period, TimeSpan.MaxValue);
        var (quota, evidence) = _reports.First();
        Assert.Equal(("q", TimeSpan.Zero), (quota, evidence.ClosedFor));
        Assert.Equal([new BudgetEvidence(BudgetMetric.Requests, TimeSpan.FromDays(1), 50, 37)], evidence.Budgets);
        Assert.Equal(Secret, _answers.LastKey);
    }

    [Fact]
    public async Task NoCredits_CloseOnce_Wire24()
    {
        _answers.Body = Spent;
        await _watcher.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => !_reports.IsEmpty);

        await AskedAsync(3);

        Assert.Equal(TimeSpan.FromHours(12), Assert.Single(_reports).Evidence.ClosedFor);
    }

    [Theory]
    [InlineData(401, Free)]
    [InlineData(500, "sk-or-label")]
    [InlineData(200, "<html>sk-or-label")]
    [InlineData(200, "big")]
    [InlineData(0, "")]
    public async Task NoUsableAnswer_SaysNothing_AndIsLoggedOnceWithoutSecrets(int status, string body)
    {
        _answers.Status = status;
        _answers.Body = body == "big" ? Free + new string(' ', OpenRouterKeyWatcher.MaxBodyBytes) : body;

        await AskedAsync(3);
        await Eventually.TrueAsync(() => !_log.All.IsEmpty);

        Assert.Empty(_reports);
        var line = Assert.Single(_log.All);
        Assert.Contains("openrouter", line, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-or", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskSoon_ManyTimes_AsksOnceAfterThePause()
    {
        _answers.Body = Free;
        await AskedAsync(1);
        for (var i = 0; i < 100; i++)
        {
            _watcher.AskSoon("q");
            _watcher.AskSoon("other");
        }

        await Eventually.TrueAsync(() => Step() && _answers.Asked == 2);
        Assert.Equal(2, _answers.Asked);
    }

    // The wait before the next question may begin a moment after the last answer, so time goes on until the question is there.
    private async Task AskedAsync(int times)
    {
        if (_answers.Asked == 0)
        {
            await _watcher.StartAsync(TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => _answers.Asked == 1);
        }

        await Eventually.TrueAsync(() => _answers.Asked >= times || (Step() && false));
    }

    private bool Step()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return true;
    }

    private sealed class Answers : HttpMessageHandler
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public int Status { get; set; } = 200;

        public string Body { get; set; } = "";

        public string? LastKey { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            LastKey = request.Headers.Authorization?.Parameter;
            Interlocked.Increment(ref _asked);
            return Status == 0
                ? Task.FromException<HttpResponseMessage>(new HttpRequestException("sk-or-secret is not known"))
                : Task.FromResult(new HttpResponseMessage((HttpStatusCode)Status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body)) });
        }
    }

    private sealed class Lines : ILogger<OpenRouterKeyWatcher>
    {
        public ConcurrentQueue<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue(formatter(state, exception) + exception);
    }
}
