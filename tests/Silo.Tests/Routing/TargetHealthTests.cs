using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Silo.Routing;

namespace ThotNet.Silo.Tests.Routing;

public sealed class TargetHealthTests
{
    private static readonly TargetDefinition Chat = Target("first", "chat", Capabilities.None);
    private static readonly TargetDefinition Vectors = Target("first", "vectors", Capabilities.Embeddings);
    private static readonly TargetDefinition Other = Target("second", "chat", Capabilities.None);

    private readonly LogLines _log = new();
    private readonly FakeTimeProvider _time = new();
    private readonly TargetHealth _health;

    public TargetHealthTests()
    {
        var options = new ThotNetOptions();
        options.Providers["first"] = new() { ApiKeyVariable = "FIRST_KEY" };
        _health = new(new Catalog([Chat, Vectors, Other], []), options, _time, _log);
    }

    [Fact]
    public void Failed_KeyRefused_PutsAllTargetsOfTheProviderOffWithOneLine()
    {
        Fail(Chat, FailureClass.KeyRefused);
        Fail(Vectors, FailureClass.KeyRefused);
        Assert.Equal([true, true, false], new[] { Chat, Vectors, Other }.Select(_health.IsDisabled));
        Assert.Equal([false, false], new[] { Chat, Vectors }.Select(_health.IsGone));
        Assert.Equal(["Provider first is off until this process restarts: its key was refused; put a valid one into FIRST_KEY and restart"], _log);
    }

    [Fact]
    public void Failed_KeyRefused_IsReportedForEachTargetAndCountedOnce()
    {
        Fail(Chat, FailureClass.KeyRefused);
        const string Reason = "The key of first was refused: put a valid one into FIRST_KEY and restart the silos.";
        Assert.Equal(
            [(Chat.Id, 1, Reason), (Vectors.Id, 0, Reason), (Other.Id, 0, null)],
            _health.Report().Select(report => (report.Target, report.Failed, report.Disabled)).OrderBy(report => report.Target));
    }

    [Fact]
    public void Failed_ModelGone_PutsThatTargetAloneOffWithOneLine()
    {
        Fail(Chat, FailureClass.ModelGone);
        Fail(Chat, FailureClass.ModelGone);
        Assert.Equal([true, false, false], new[] { Chat, Vectors, Other }.Select(_health.IsDisabled));
        Assert.True(_health.IsGone(Chat));
        Assert.Equal(["Target first/chat is off until this process restarts: first no longer serves it; configure another model"], _log);
    }

    [Fact]
    public void Failed_ModelGoneAndThenKeyRefused_StaysGoneForItsFirstReason()
    {
        Fail(Chat, FailureClass.ModelGone);
        Fail(Vectors, FailureClass.KeyRefused);
        Assert.True(_health.IsGone(Chat));
        Assert.Equal("first no longer serves chat: configure another model and restart the silos.", _health.Report().Single(report => report.Target == Chat.Id).Disabled);
        Assert.Equal(2, _log.Count);
    }

    [Fact]
    public void Report_ServedAndFailed_AreRunningTotals()
    {
        _health.Succeeded(Chat);
        Fail(Chat, FailureClass.Transient);
        Assert.Equal((1, 1), Totals());
        _health.Succeeded(Chat);
        Assert.Equal((2, 1), Totals());
        Assert.Equal((2, 1), Totals());
    }

    [Fact]
    public void Report_Latency_IsTheMeanOfTheNewestAttempts()
    {
        Assert.Null(Of(Chat).Latency);
        foreach (var seconds in (int[])[1, 2, 6])
        {
            _health.Measured(Chat, TimeSpan.FromSeconds(seconds));
        }

        Assert.Equal(TimeSpan.FromSeconds(3), Of(Chat).Latency);
        Assert.Null(Of(Other).Latency);
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(Of(Chat).Latency);
    }

    private (long Served, long Failed) Totals() => (Of(Chat).Served, Of(Chat).Failed);

    private TargetReport Of(TargetDefinition target) => _health.Report().Single(report => report.Target == target.Id);

    private void Fail(TargetDefinition target, FailureClass failure) => _health.Failed(target, new ProviderFailure(failure, 400, "no"));

    private static TargetDefinition Target(string provider, string model, Capabilities capabilities) =>
        new(provider, model, [], 1, "q", capabilities, 100);

    private sealed class LogLines : List<string>, ILogger<TargetHealth>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }
}
