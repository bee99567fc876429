using StackExchange.Redis;

namespace ThotNet.Silo.Caching;

/// <summary>What came of a command.</summary>
/// <param name="Value">The answer; meaningless with a fault.</param>
/// <param name="Fault">Null when Redis answered.</param>
internal readonly record struct RedisReply<T>(T? Value, CacheFault? Fault);

/// <summary>The cache's own connection to Redis: large values must not hold up what Orleans has to say there.</summary>
/// <remarks>
/// Failure policy: nothing waits for the connection longer than its own patience, nothing is queued while there is none, and it comes back by
/// itself. The lock guards the task that connects.
/// </remarks>
internal sealed class RedisLink : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _connecting = new();
    private readonly ConfigurationOptions _options;
    private readonly TimeProvider _time;
    private Task<ConnectionMultiplexer>? _connection;
    private bool _closed;

    /// <summary>A link that connects when it is first used.</summary>
    public RedisLink(string connection, TimeProvider time)
    {
        _time = time;
        _options = ConfigurationOptions.Parse(connection);
        _options.ClientName = "thotnet-cache";
        _options.AbortOnConnectFail = false;
        _options.BacklogPolicy = BacklogPolicy.FailFast;
        _options.ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds;
        _options.AsyncTimeout = (int)CommandTimeout.TotalMilliseconds;
        _options.ReconnectRetryPolicy = new LinearRetry((int)ConnectTimeout.TotalMilliseconds);
        _options.IncludeDetailInExceptions = false;
    }

    /// <summary>Sends a command and waits for its answer for so long at most. It throws only when cancelled.</summary>
    public async Task<RedisReply<T>> AskAsync<T>(Func<IDatabase, Task<T>> command, TimeSpan patience, CancellationToken cancel)
    {
        try
        {
            return new(await SendAsync(command).WaitAsync(patience, _time, cancel), null);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            return new(default, FaultOf(exception));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? connection;
        lock (_connecting)
        {
            (_closed, connection) = (true, _connection);
        }

        if (connection is not null)
        {
            await ((Task)connection).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (connection.IsCompletedSuccessfully)
            {
                await using var open = await connection;
                await open.CloseAsync(allowCommandsToComplete: false);
            }
        }
    }

    private async Task<T> SendAsync<T>(Func<IDatabase, Task<T>> command) => await command((await ConnectAsync()).GetDatabase());

    private Task<ConnectionMultiplexer> ConnectAsync()
    {
        lock (_connecting)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_connection is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _connection = Task.Run(() => ConnectionMultiplexer.ConnectAsync(_options));
            }

            return _connection;
        }
    }

    private static CacheFault FaultOf(Exception exception) => exception switch
    {
        TimeoutException => CacheFault.Timeout,
        RedisServerException { Message: var message } when message.StartsWith("OOM", StringComparison.Ordinal) => CacheFault.Full,
        RedisServerException { Message: var message } when message.StartsWith("WRONGTYPE", StringComparison.Ordinal) => CacheFault.WrongType,
        RedisConnectionException or ObjectDisposedException => CacheFault.Down,
        _ => CacheFault.Other,
    };
}
