using System.Buffers;

namespace ThotNet.Providers.Replay;

/// <summary>Takes usage out of a recorded stream for callers who did not ask for it (<c>stream_options.include_usage</c>, wire.md 1.3).</summary>
public static class StreamUsage
{
    private static ReadOnlySpan<byte> EventEnd => "\n\n"u8;

    private static ReadOnlySpan<byte> ChunkStart => "data: {\"id\":"u8;

    private static ReadOnlySpan<byte> NullUsage => ",\"usage\":null}\n\n"u8;

    // In a string the quotes would be escaped, so that this can only be a field of the chunk.
    private static ReadOnlySpan<byte> NoChoices => ",\"choices\":[],\"usage\":{"u8;

    /// <summary>
    /// Writes the events as <see cref="IStreamTranslator"/> writes them without <see cref="Chat.ChatRequest.IncludeUsage"/>: chunks without
    /// <c>"usage":null</c>, no usage chunk. All else, <c>[DONE]</c>, errors and comments, stays byte by byte.
    /// </summary>
    /// <param name="events">Whole events as a translator wrote them with usage, any number of them.</param>
    /// <param name="output">Where they go.</param>
    public static void Remove(ReadOnlySpan<byte> events, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        while (!events.IsEmpty)
        {
            var end = events.IndexOf(EventEnd);
            var length = end < 0 ? events.Length : end + EventEnd.Length;
            WriteEvent(events[..length], output);
            events = events[length..];
        }
    }

    private static void WriteEvent(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        if (!line.StartsWith(ChunkStart))
        {
            output.Write(line);
        }
        else if (line.EndsWith(NullUsage))
        {
            output.Write(line[..^NullUsage.Length]);
            output.Write("}\n\n"u8);
        }
        else if (line.IndexOf(NoChoices) < 0)
        {
            output.Write(line);
        }
    }
}
