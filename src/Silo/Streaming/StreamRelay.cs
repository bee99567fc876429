using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Providers.Streaming;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Usage;

namespace ThotNet.Silo.Streaming;

/// <summary>Relays one provider stream to the sink, event by event, as it arrives.</summary>
internal sealed class StreamRelay(RoutingOptions options, SiloMetrics metrics)
{
    /// <summary>Reads to the end of the stream, the first failure, or the caller's leaving.</summary>
    /// <remarks>A stream is complete only once a finish reason or the end marker was seen (wire.md 1.3).</remarks>
    public async Task<AttemptOutcome> RelayAsync(Stream upstream, IStreamTranslator translator, AnswerSink sink, AttemptDeadline deadline)
    {
        using var reader = new SseReader(upstream);
        long bytes = 0;
        while (await ReadAsync(reader, translator, deadline) is var kind && kind != SseKind.End)
        {
            if (kind == SseKind.Comment)
            {
                ExtendIfBegun(sink, deadline);
                continue;
            }

            bytes += reader.Data.Length;
            if (bytes > AnswerRelay.MaxAnswerBytes)
            {
                return AttemptOutcome.Fail(AnswerRelay.TooLong, sink.ContentSent);
            }

            var what = translator.Translate(reader.EventType.Span, reader.Data.Span, sink.Pending);
            if (what == StreamEvent.Failed)
            {
                return AttemptOutcome.Fail(translator.Failure!, sink.ContentSent);
            }

            if (!sink.HasRoom)
            {
                return AttemptOutcome.Fail(AnswerRelay.TooLong, sink.ContentSent);
            }

            deadline.NoteEvent();
            if (what == StreamEvent.Done)
            {
                return await CompleteAsync(translator, sink, deadline);
            }

            metrics.CountEvent(what);
            deadline.Suspend();
            if (sink.ContentSent || what == StreamEvent.Content)
            {
                deadline.LiftWhole();
                await sink.SendPendingAsync(sink.Left);
            }

            deadline.Restart(options.SilenceTimeout);
        }

        return translator.Finished
            ? await CompleteAsync(translator, sink, deadline)
            : AttemptOutcome.Fail(EndedEarly, sink.ContentSent);
    }

    // A provider that falls silent or breaks off behind the whole answer has given what callers could only ask for again (wire.md 1.3). Callers who
    // leave there, as many do at the finish reason, cost what was counted if that is known by then.
    private static async ValueTask<SseKind> ReadAsync(SseReader reader, IStreamTranslator translator, AttemptDeadline deadline)
    {
        try
        {
            return await reader.ReadAsync(deadline.Token);
        }
        catch (Exception exception) when (translator.HasWholeAnswer && (exception is IOException || deadline.Fired || deadline.CallerLeft))
        {
            return SseKind.End;
        }
    }

    private static ProviderFailure EndedEarly { get; } =
        new(FailureClass.BrokenStream, 0, "The provider's stream ended before the answer was complete.", Code: "stream_ended_early");

    // Comments are signs of life, but before the first event they must not hold up a fallback (wire.md 2.2).
    private void ExtendIfBegun(AnswerSink sink, AttemptDeadline deadline)
    {
        if (sink.ContentSent)
        {
            deadline.Restart(options.SilenceTimeout);
        }
    }

    private static async Task<AttemptOutcome> CompleteAsync(IStreamTranslator translator, AnswerSink sink, AttemptDeadline deadline)
    {
        deadline.Suspend();
        translator.Complete(sink.Pending);
        if (!sink.HasRoom)
        {
            return AttemptOutcome.Fail(AnswerRelay.TooLong, sink.ContentSent) with { Usage = translator.Usage };
        }

        try
        {
            await sink.SendPendingAsync(sink.Left);
        }
        catch (Exception) when (sink.Left.IsCancellationRequested)
        {
            // The provider is done and has said what it counted, so that counts, and not all that was reserved.
            return new AttemptOutcome(AttemptResult.CallerLeft, null, translator.Usage);
        }

        return new AttemptOutcome(AttemptResult.Answered, null, translator.Usage);
    }
}
