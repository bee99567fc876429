using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Providers.Replay;

namespace ThotNet.Silo.Flights;

/// <summary>Makes the complete answer of what was recorded.</summary>
internal static class WholeAnswer
{
    /// <summary>The answer, or null for a stream that is not complete.</summary>
    public static ReadOnlyMemory<byte>? Of(AnswerRecord record)
    {
        var recorded = record.Read(0);
        if (!record.IsStream)
        {
            return recorded.IsSingleSegment ? recorded.First : recorded.ToArray();
        }

        using var events = new ArrayPoolBufferWriter<byte>((int)recorded.Length + 1);
        foreach (var part in recorded)
        {
            events.Write(part.Span);
        }

        var answer = new ArrayBufferWriter<byte>(events.WrittenCount / 4 + 256);
        return ChunkAssembler.TryWrite(events.WrittenSpan, answer) ? answer.WrittenMemory : null;
    }
}
