using System.Diagnostics.CodeAnalysis;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Flights;

/// <summary>
/// One answer under way in this silo, and those who wait for it. It is written by one feeder (this silo's pipeline, or what comes from the leader's silo) and
/// goes on for as long as anybody reads, whoever began it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing; readers and feeder may look at its token after the end.")]
internal sealed class Flight
{
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Lazy<ReadOnlyMemory<byte>?> _answer;

    /// <summary>Begins a flight.</summary>
    public Flight(CacheKey key)
    {
        Key = key;
        _answer = new(() => WholeAnswer.Of(Record));
    }

    /// <summary>Its id, by which other silos ask for it.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>What is asked for.</summary>
    public CacheKey Key { get; }

    /// <summary>The answer so far.</summary>
    public AnswerRecord Record { get; } = new();

    /// <summary>The complete answer of a flight that was answered, whether it came as a stream or not; null when it cannot be read as one. Made once.</summary>
    public ReadOnlyMemory<byte>? Answer => _answer.Value;

    /// <summary>Cancelled when the last reader has left before the end.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>The answer is another silo's, or was in the cache after all: it costs no quota. Set by the feeder before the first byte.</summary>
    public bool IsFollowing { get; set; }

    /// <summary>Why the one who began it cannot go on, while others may. Set by the feeder before the record is handed over.</summary>
    public ApiError? OwnError { get; set; }

    /// <summary>How long it waited for headroom. Set by the feeder before the end.</summary>
    public TimeSpan Waited { get; set; }

    /// <summary>Readers at the moment; owned by the table's lock.</summary>
    internal int Readers { get; set; } = 1;

    /// <summary>Nobody wants it any more.</summary>
    internal void Abandon() => _abandoned.Cancel();
}

/// <summary>The place of one reader of a flight; to be disposed when it has read all or leaves.</summary>
internal sealed class Seat(FlightTable table, Flight flight, bool isFirst) : IDisposable
{
    private int _left;

    /// <summary>The flight.</summary>
    public Flight Flight => flight;

    /// <summary>This reader began the flight, and must feed it.</summary>
    public bool IsFirst => isFirst;

    /// <summary>Leaves; the last one ends a flight that is not over.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0)
        {
            table.Leave(flight);
        }
    }
}
