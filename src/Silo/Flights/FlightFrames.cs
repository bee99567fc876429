using System.Buffers;
using System.Buffers.Binary;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers;

namespace ThotNet.Silo.Flights;

/// <summary>
/// The frames in which an answer goes from one silo to another: a byte for the kind, four for the payload's length, the payload. Numbers are big-endian.
/// </summary>
internal static class FlightFrames
{
    /// <summary>The longest payload. Only errors come near it; the bytes of an answer are cut into parts.</summary>
    public const int MaxPayload = 1024 * 1024;

    private const int HeaderSize = 5;
    private const byte False = 0;
    private const byte True = 1;

    /// <summary>Writes who answers.</summary>
    public static void WriteSource(IBufferWriter<byte> output, AnswerSource source)
    {
        var payload = new PayloadWriter();
        payload.WriteText(source.Provider);
        payload.WriteText(source.Target);
        payload.WriteNumber(source.Attempts);
        Write(output, FrameKind.Source, payload.Written);
    }

    /// <summary>Writes what kind of answer it is.</summary>
    public static void WriteForm(IBufferWriter<byte> output, bool isStream) => Write(output, FrameKind.Form, [isStream ? True : False]);

    /// <summary>Writes bytes of the answer, at least one and at most <see cref="MaxPayload"/>.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isPart">They do not end where an event does: those of the next frame belong to them.</param>
    public static void WriteBytes(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes, bool isPart = false) =>
        Write(output, isPart ? FrameKind.Part : FrameKind.Bytes, bytes);

    /// <summary>Writes a sign of life, and whether a provider has been asked.</summary>
    public static void WriteHeartbeat(IBufferWriter<byte> output, bool isAsked) => Write(output, FrameKind.Heartbeat, [isAsked ? True : False]);

    /// <summary>Writes the end of a complete answer.</summary>
    public static void WriteAnswered(IBufferWriter<byte> output, TokenUsage? usage)
    {
        var payload = new PayloadWriter();
        if (usage is { } known)
        {
            payload.WriteUsage(known);
        }

        Write(output, FrameKind.Answered, payload.Written);
    }

    /// <summary>Writes the end of a failed answer.</summary>
    public static void WriteFailed(IBufferWriter<byte> output, ApiError error)
    {
        var payload = new PayloadWriter();
        payload.WriteError(error);
        Write(output, FrameKind.Failed, payload.Written);
    }

    /// <summary>Writes the end of a flight that gives no answer.</summary>
    public static void WriteHandedOver(IBufferWriter<byte> output) => Write(output, FrameKind.HandedOver, []);

    /// <summary>Reads a frame.</summary>
    /// <param name="buffer">What has come; a frame that is complete is taken off its front.</param>
    /// <param name="frame">The frame; its bytes are good for as long as those of the buffer are.</param>
    /// <returns>Complete, or why not. A frame that will be broken is broken as soon as its header is there.</returns>
    public static FrameStatus Read(ref ReadOnlySequence<byte> buffer, out FlightFrame frame)
    {
        frame = default;
        if (buffer.IsEmpty)
        {
            return FrameStatus.Incomplete;
        }

        var reader = new SequenceReader<byte>(buffer);
        reader.TryRead(out var kind);
        if (!Enum.IsDefined((FrameKind)kind))
        {
            return FrameStatus.Broken;
        }

        if (!reader.TryReadBigEndian(out int length))
        {
            return FrameStatus.Incomplete;
        }

        if (length is < 0 or > MaxPayload)
        {
            return FrameStatus.Broken;
        }

        if (reader.Remaining < length)
        {
            return FrameStatus.Incomplete;
        }

        var payload = buffer.Slice(HeaderSize, length);
        buffer = buffer.Slice(payload.End);
        return Decode((FrameKind)kind, payload, out frame) ? FrameStatus.Complete : FrameStatus.Broken;
    }

    private static bool Decode(FrameKind kind, ReadOnlySequence<byte> payload, out FlightFrame frame)
    {
        frame = new(kind);
        switch (kind)
        {
            case FrameKind.Bytes or FrameKind.Part:
                frame = frame with { Bytes = payload };
                return !payload.IsEmpty;
            case FrameKind.HandedOver:
                return payload.IsEmpty;
            default:
                var reader = new PayloadReader(payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray());
                return Decode(ref reader, ref frame) && reader.IsAtEnd;
        }
    }

    private static bool Decode(ref PayloadReader reader, ref FlightFrame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.Source when reader.TryReadText(out var provider) && reader.TryReadText(out var target) && reader.TryReadInt(out var attempts):
                frame = frame with { Source = new(provider, target, attempts) };
                return true;
            case FrameKind.Form when reader.TryReadFlag(out var isStream):
                frame = frame with { IsStream = isStream };
                return true;
            case FrameKind.Heartbeat when reader.TryReadFlag(out var isAsked):
                frame = frame with { IsAsked = isAsked };
                return true;
            case FrameKind.Answered when reader.IsAtEnd:
                return true;
            case FrameKind.Answered when reader.TryReadUsage(out var usage):
                frame = frame with { Usage = usage };
                return true;
            case FrameKind.Failed when reader.TryReadError(out var error):
                frame = frame with { Error = error };
                return true;
            default:
                return false;
        }
    }

    private static void Write(IBufferWriter<byte> output, FrameKind kind, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayload);
        var header = output.GetSpan(HeaderSize);
        header[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], payload.Length);
        output.Advance(HeaderSize);
        output.Write(payload);
    }
}
