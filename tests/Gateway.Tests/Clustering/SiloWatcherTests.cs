using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Gateway.Clustering;
using ThotNet.Hosting.Health;
using Yarp.ReverseProxy.Configuration;

namespace ThotNet.Gateway.Tests.Clustering;

public sealed class SiloWatcherTests : IDisposable
{
    private static readonly SiloDestination A = new("a", new Uri("http://10.0.0.1:8081"));
    private static readonly SiloDestination B = new("b", new Uri("http://10.0.0.2:8081"));

    private readonly FakeTimeProvider _time = new();
    private readonly InMemoryConfigProvider _proxy = new([], []);
    private readonly Readiness _readiness = new();
    private readonly ScriptedSource _source = new();
    private readonly SiloWatcher _watcher;

    public SiloWatcherTests() => _watcher = new SiloWatcher(_source, _proxy, _readiness, _time, NullLogger<SiloWatcher>.Instance);

    public void Dispose() => _watcher.Dispose();

    [Fact]
    public async Task Silos_AreTakenInAtStartAndWhenTheyChange()
    {
        _source.Answer = () => Silos(A);
        await _watcher.StartAsync(default);
        await Eventually.TrueAsync(() => Urls() == "http://10.0.0.1:8081/");
        Assert.Equal(ReadinessState.Ready, _readiness.State);

        _source.Answer = () => Silos(B, A);
        await AskAgain();

        await Eventually.TrueAsync(() => Urls() == "http://10.0.0.1:8081/ http://10.0.0.2:8081/");
    }

    [Fact]
    public async Task Silos_InAnotherOrder_ChangeNothing()
    {
        _source.Answer = () => Silos(A, B);
        await _watcher.StartAsync(default);
        await Eventually.TrueAsync(() => _readiness.State == ReadinessState.Ready);
        var before = _proxy.GetConfig();

        _source.Answer = () => Silos(B, A);
        await AskAgain();
        await AskAgain();

        Assert.Same(before, _proxy.GetConfig());
    }

    [Fact]
    public async Task Failure_KeepsTheLastSilos()
    {
        _source.Answer = () => Silos(A);
        await _watcher.StartAsync(default);
        await Eventually.TrueAsync(() => _readiness.State == ReadinessState.Ready);

        _source.Answer = () => throw new TimeoutException("no answer");
        await AskAgain();
        await AskAgain();

        Assert.Equal("http://10.0.0.1:8081/", Urls());
        Assert.Equal(ReadinessState.Ready, _readiness.State);
    }

    [Fact]
    public async Task Silence_IsGivenUpAfterTheTimeout()
    {
        _source.Answer = () => new TaskCompletionSource<IReadOnlyList<SiloDestination>?>().Task;
        await _watcher.StartAsync(default);
        await Eventually.TrueAsync(() => _source.Asked == 1);

        _source.Answer = () => Silos(A);
        await Eventually.TrueAsync(() =>
        {
            // Again and again, since the first time may come before the watcher has begun to wait.
            _time.Advance(SiloWatcher.AnswerTimeout);
            return Urls() == "http://10.0.0.1:8081/";
        });
    }

    [Fact]
    public async Task Nobody_IsNotReadyAndSaysWhy()
    {
        await _watcher.StartAsync(default);
        await Eventually.TrueAsync(() => _readiness.Reason == "no silo is known yet");

        _source.Answer = () => Silos(A);
        await AskAgain();
        await Eventually.TrueAsync(() => _readiness.State == ReadinessState.Ready);
        _source.Answer = () => Silos();
        await AskAgain();

        await Eventually.TrueAsync(() => _readiness is { State: ReadinessState.NotReady, Reason: "no silo is live" });
    }

    private async Task AskAgain()
    {
        var before = _source.Asked;
        await Eventually.TrueAsync(() =>
        {
            _time.Advance(SiloWatcher.Interval);
            return _source.Asked > before;
        });
    }

    private string Urls() => string.Join(' ', _proxy.GetConfig().Clusters
        .SelectMany(cluster => cluster.Destinations!.Values).Select(destination => destination.Address).Order(StringComparer.Ordinal));

    private static Task<IReadOnlyList<SiloDestination>?> Silos(params SiloDestination[] silos) =>
        Task.FromResult<IReadOnlyList<SiloDestination>?>(silos);

    private sealed class ScriptedSource : ISiloSource
    {
        private int _asked;

        public Func<Task<IReadOnlyList<SiloDestination>?>> Answer { get; set; } = () => Task.FromResult<IReadOnlyList<SiloDestination>?>(null);

        public int Asked => Volatile.Read(ref _asked);

        public Task<IReadOnlyList<SiloDestination>?> GetAsync()
        {
            var answer = Answer;
            Interlocked.Increment(ref _asked);
            return answer();
        }
    }
}
