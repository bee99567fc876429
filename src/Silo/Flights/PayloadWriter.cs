using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers;

namespace ThotNet.Silo.Flights;

/// <summary>Writes the fields of a frame that is rare: numbers of eight bytes, texts in UTF-8 behind their length, -1 in place of a value that is null.</summary>
internal sealed class PayloadWriter
{
    /// <summary>The length that stands for null.</summary>
    public const long Null = -1;

    // An error has five texts, and a character takes at most three bytes: all fit into a payload.
    private const int MaxTextLength = FlightFrames.MaxPayload / 16;

    private readonly ArrayBufferWriter<byte> _output = new();

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    /// <summary>Writes a number.</summary>
    public void WriteNumber(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_output.GetSpan(sizeof(long)), value);
        _output.Advance(sizeof(long));
    }

    /// <summary>Writes a text, or null. What is longer than anything that anybody reads is cut.</summary>
    public void WriteText(string? text)
    {
        if (text is null)
        {
            WriteNumber(Null);
            return;
        }

        var shown = text.AsSpan(0, Math.Min(text.Length, MaxTextLength));
        WriteNumber(Encoding.UTF8.GetByteCount(shown));
        Encoding.UTF8.GetBytes(shown, _output);
    }

    /// <summary>Writes what an answer cost.</summary>
    public void WriteUsage(TokenUsage usage)
    {
        WriteNumber(usage.PromptTokens);
        WriteNumber(usage.CompletionTokens);
        WriteNumber(usage.TotalTokens);
        WriteNumber(usage.CachedTokens);
        WriteNumber(usage.ReasoningTokens);
    }

    /// <summary>Writes an error with all that a caller may be told of it.</summary>
    public void WriteError(ApiError error)
    {
        WriteNumber(error.Status);
        WriteText(error.Message);
        WriteText(error.Type);
        WriteText(error.Code);
        WriteText(error.Param);
        WriteText(error.Spanish);
        WriteOptional(error.RetryAfter?.Ticks);
        WriteOptional(error.ResetsAt?.UtcTicks);
        WriteFlag(error.ShouldRetry);
    }

    private void WriteFlag(bool flag) => _output.Write([flag ? (byte)1 : (byte)0]);

    private void WriteOptional(long? value)
    {
        WriteFlag(value is not null);
        if (value is { } known)
        {
            WriteNumber(known);
        }
    }
}
