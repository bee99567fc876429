using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Providers;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Replay;
using ThotNet.Silo.Caching;
using ThotNet.Silo.Streaming;

namespace ThotNet.Silo.Flights;

/// <summary>How a caller's reading of a flight ended.</summary>
internal enum ReadEnd
{
    /// <summary>The caller has the answer.</summary>
    Answered,

    /// <summary>It failed; <see cref="Flight.Record"/> says how. The caller has not been told yet.</summary>
    Failed,

    /// <summary>Nothing has been sent, and another flight may fare better.</summary>
    GoAgain,

    /// <summary>Nothing has been sent: the flight still waits for headroom, for longer than this caller wants to.</summary>
    LostPatience,
}

/// <summary>Gives a caller what a flight brings, in the form that it asked for: a stream live, or the whole.</summary>
internal sealed class FlightReader(AnswerReplay replay, TimeProvider time)
{
    /// <summary>By how much a flight may outlast the patience of who reads it: asking a provider takes a moment, and hearing of it from another silo a second.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Reads to the end of the flight.</summary>
    /// <param name="flight">The flight.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="request">What it asked for.</param>
    /// <param name="patience">How long it still wants to wait for headroom.</param>
    public async Task<ReadEnd> ReadAsync(Flight flight, CallerConnection caller, ModelRequest request, TimeSpan patience)
    {
        var record = flight.Record;
        if (!await BeginsAsync(flight, patience, caller.Left))
        {
            return ReadEnd.LostPatience;
        }

        if (request is ChatRequest { Stream: true } chat)
        {
            await record.WaitAsync(0, caller.Left);
            if (record.IsStream)
            {
                return await FollowAsync(flight, caller, chat.IncludeUsage);
            }
        }

        await record.WaitAsync(long.MaxValue, caller.Left);
        if (record.End is RecordEnd.Answered && flight.Answer is { } answer)
        {
            Describe(flight, caller);
            return await replay.TrySendAsync(caller, request, answer, TimeSpan.Zero) ? ReadEnd.Answered : ReadEnd.GoAgain;
        }

        // A failure is another silo's as much as an answer is.
        Tell(flight, caller);

        // A stream that broke has given this caller nothing yet.
        return record.End is RecordEnd.HandedOver || record.Length > 0 ? ReadEnd.GoAgain : ReadEnd.Failed;
    }

    // The patience of a flight is that of the request that began it. Where that is this silo's it ends by itself; who follows another's has one of its own.
    private async Task<bool> BeginsAsync(Flight flight, TimeSpan patience, CancellationToken left)
    {
        using var bound = new CancellationTokenSource(patience + Grace, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, left);
        try
        {
            await flight.Record.WaitAsync(0, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!left.IsCancellationRequested)
        {
            return flight.Record.IsAsked;
        }
    }

    private static async Task<ReadEnd> FollowAsync(Flight flight, CallerConnection caller, bool includeUsage)
    {
        var record = flight.Record;
        for (long position = 0; await record.WaitAsync(position, caller.Left);)
        {
            var events = record.Read(position);
            position += events.Length;
            Describe(flight, caller);
            Take(events, includeUsage, caller.Pending);
            await caller.SendPendingAsync(caller.Left);
        }

        Tell(flight, caller);
        return record.End switch
        {
            RecordEnd.Answered => ReadEnd.Answered,
            RecordEnd.HandedOver => ReadEnd.GoAgain,
            _ => ReadEnd.Failed,
        };
    }

    // A record ends with an event at any time, but its parts need not.
    private static void Take(ReadOnlySequence<byte> events, bool includeUsage, IBufferWriter<byte> output)
    {
        if (events.IsSingleSegment)
        {
            Take(events.FirstSpan, includeUsage, output);
            return;
        }

        using var together = SpanOwner<byte>.Allocate((int)events.Length);
        events.CopyTo(together.Span);
        Take(together.Span, includeUsage, output);
    }

    private static void Take(ReadOnlySpan<byte> events, bool includeUsage, IBufferWriter<byte> output)
    {
        if (includeUsage)
        {
            output.Write(events);
        }
        else
        {
            StreamUsage.Remove(events, output);
        }
    }

    private static void Describe(Flight flight, CallerConnection caller)
    {
        if (flight.Record.Source is { } source)
        {
            caller.Describe(source.Provider, source.Model, source.Attempts);
        }

        Tell(flight, caller);
    }

    private static void Tell(Flight flight, CallerConnection caller)
    {
        if (flight.IsFollowing)
        {
            caller.Tell(CacheResult.Coalesced);
        }
    }
}
