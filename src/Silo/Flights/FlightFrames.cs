using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers;

namespace ThotNet.Silo.Flights;

/// <summary>
/// The frames in which an answer goes from one silo to another: a byte for the kind, four for the payload's length (big-endian), the payload: bytes
/// of the answer, a flag, or JSON.
/// </summary>
internal static class FlightFrames
{
    /// <summary>The longest payload. Only errors come near it; the bytes of an answer are cut into parts.</summary>
    public const int MaxPayload = 1024 * 1024;

    // An error has five texts, and JSON takes at most six bytes for a character: all fit into a payload.
    private const int MaxTextLength = MaxPayload / 64;

    private const int HeaderSize = 5;
    private const byte False = 0;
    private const byte True = 1;

    /// <summary>Writes who answers.</summary>
    public static void WriteSource(IBufferWriter<byte> output, AnswerSource source) =>
        WriteJson(output, FrameKind.Source, source, FlightJson.Default.AnswerSource);

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
        if (usage is { } known)
        {
            WriteJson(output, FrameKind.Answered, known, FlightJson.Default.TokenUsage);
        }
        else
        {
            Write(output, FrameKind.Answered, []);
        }
    }

    /// <summary>Writes the end of a failed answer. What of its texts is longer than anything that anybody reads is cut.</summary>
    public static void WriteFailed(IBufferWriter<byte> output, ApiError error)
    {
        var shown = error with
        {
            Message = Cut(error.Message)!,
            Type = Cut(error.Type)!,
            Code = Cut(error.Code),
            Param = Cut(error.Param),
            Spanish = Cut(error.Spanish),
        };
        WriteJson(output, FrameKind.Failed, shown, FlightJson.Default.ApiError);
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
            case FrameKind.Form when IsFlag(payload):
                frame = frame with { IsStream = payload.FirstSpan[0] == True };
                return true;
            case FrameKind.Heartbeat when IsFlag(payload):
                frame = frame with { IsAsked = payload.FirstSpan[0] == True };
                return true;
            case FrameKind.Form or FrameKind.Heartbeat:
                return false;
            case FrameKind.Answered when payload.IsEmpty:
                return true;
            default:
                return DecodeJson(payload, ref frame);
        }
    }

    private static bool IsFlag(ReadOnlySequence<byte> payload) => payload.Length == 1 && payload.FirstSpan[0] is True or False;

    private static bool DecodeJson(ReadOnlySequence<byte> payload, ref FlightFrame frame)
    {
        var reader = new Utf8JsonReader(payload);
        try
        {
            frame = frame.Kind switch
            {
                FrameKind.Source => frame with { Source = JsonSerializer.Deserialize(ref reader, FlightJson.Default.AnswerSource) },
                FrameKind.Answered => frame with { Usage = JsonSerializer.Deserialize(ref reader, FlightJson.Default.TokenUsage) },
                _ => frame with { Error = JsonSerializer.Deserialize(ref reader, FlightJson.Default.ApiError) },
            };
            return !reader.Read() && (frame.Kind != FrameKind.Source || frame.Source is { IsValid: true })
                && (frame.Kind != FrameKind.Failed || frame.Error is { Status: >= 400 and <= 599 });
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? Cut(string? text) => text is { Length: > MaxTextLength } ? text[..MaxTextLength] : text;

    private static void WriteJson<T>(IBufferWriter<byte> output, FrameKind kind, T value, JsonTypeInfo<T> type) =>
        Write(output, kind, JsonSerializer.SerializeToUtf8Bytes(value, type));

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
