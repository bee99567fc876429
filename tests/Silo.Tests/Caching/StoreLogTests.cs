using Microsoft.Extensions.Logging;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

public sealed class StoreLogTests
{
    private readonly Lines _lines = new();
    private readonly StoreLog _log;

    public StoreLogTests() => _log = new(_lines);

    [Fact]
    public void Full_IsSaidWhenItBeginsAndWhenItIsOver()
    {
        Array.ForEach<CacheFault?>([null, CacheFault.Full, CacheFault.Full, CacheFault.Timeout, CacheFault.Full, null, null], _log.Stored);

        Assert.Equal([2503, 2504], _lines.Ids);
    }

    [Fact]
    public void Purges_ThatCannotBeRead_AreSaidWhenItBeginsAndWhenItIsOver()
    {
        Array.ForEach<CacheFault?>([null, CacheFault.Down, CacheFault.Timeout, null, null, CacheFault.WrongType], _log.PurgesRead);

        Assert.Equal([2506, 2506, 2506], _lines.Ids);
    }

    [Fact]
    public void Values_ThatAreRefused_AreSaidOnceForEachKind()
    {
        Array.ForEach([CacheFault.Forged, CacheFault.Version, CacheFault.Forged, CacheFault.Timeout, CacheFault.Down], _log.Refused);

        Assert.Equal([2505, 2505], _lines.Ids);
    }

    [Fact]
    public void Redis_IsSaidToBeDownAndUp()
    {
        _log.Reached(answers: false, CacheFault.Timeout);
        _log.Reached(answers: true, null);

        Assert.Equal([2501, 2502], _lines.Ids);
    }

    private sealed class Lines : ILogger
    {
        public List<int> Ids { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Ids.Add(eventId.Id);
    }
}
