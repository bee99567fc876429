using ThotNet.Routing;
using ThotNet.Silo.Streaming;

namespace ThotNet.Silo.Flights;

/// <summary>Writes what the pipeline sends into a flight's record. It never waits for a reader.</summary>
internal sealed class FlightRecorder(Flight flight, string requestId) : AnswerSink
{
    /// <inheritdoc/>
    public override bool HasRoom => flight.Record.HasRoomFor(Pending.WrittenCount);

    /// <inheritdoc/>
    public override CancellationToken Left => flight.Abandoned;

    /// <inheritdoc/>
    public override string RequestId => requestId;

    /// <inheritdoc/>
    public override void NoteAsked() => flight.Record.NoteAsked();

    /// <inheritdoc/>
    public override void Describe(TargetDefinition target, int attempts) =>
        flight.Record.Describe(new AnswerSource(target.Provider, target.Id, attempts));

    /// <inheritdoc/>
    public override ValueTask SendPendingAsync(CancellationToken cancel)
    {
        ContentSent |= Pending.WrittenCount > 0;
        flight.Record.Append(Pending.WrittenSpan);
        Pending.Clear();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask SendAnswerAsync(CancellationToken cancel) => SendPendingAsync(cancel);
}
