namespace ThotNet.Silo.Flights;

/// <summary>The flights that this silo leads or follows.</summary>
internal interface IFlightSource
{
    /// <summary>Begins to read a flight's record; null if there is no such flight, or it has ended and is forgotten.</summary>
    /// <param name="id">The flight.</param>
    FlightReading? Find(Guid id);
}

/// <summary>One reader of a record, for as long as it is not disposed of: a flight goes on while it has any.</summary>
internal abstract class FlightReading(AnswerRecord record) : IDisposable
{
    /// <summary>What is read.</summary>
    public AnswerRecord Record { get; } = record;

    /// <summary>The reader has gone.</summary>
    public abstract void Dispose();
}
