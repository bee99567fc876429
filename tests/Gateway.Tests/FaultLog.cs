using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ThotNet.Gateway.Tests;

/// <summary>Remembers who logged an error.</summary>
public sealed class FaultLog : ILoggerProvider
{
    public ConcurrentBag<string> Categories { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, Categories);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentBag<string> categories) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                categories.Add(category);
        }
    }
}
