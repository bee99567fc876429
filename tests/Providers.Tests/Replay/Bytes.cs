using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using ThotNet.Providers.Replay;

namespace ThotNet.Providers.Tests.Replay;

/// <summary>The converters, from text to text.</summary>
internal static class Bytes
{
    public static byte[] Of(string text) => Encoding.UTF8.GetBytes(text);

    public static string WithoutUsage(string events)
    {
        var output = new ArrayBufferWriter<byte>();
        StreamUsage.Remove(Of(events), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The answer, or null if the events are no complete stream; then nothing was written.</summary>
    public static string? Assemble(ReadOnlySpan<byte> events)
    {
        var output = new ArrayBufferWriter<byte>();
        var complete = ChunkAssembler.TryWrite(events, output);
        Assert.True(complete || output.WrittenCount == 0);
        return complete ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }

    public static string? Assemble(string events) => Assemble(Of(events));

    /// <summary>The events, one by one, or null if the bytes are no answer.</summary>
    public static List<string>? Split(byte[] answer, bool includeUsage = false)
    {
        if (!AnswerSplitter.TryCreate(answer, includeUsage, out var splitter))
            return null;
        var events = new List<string>();
        var output = new ArrayBufferWriter<byte>();
        while (splitter.WriteNext(output))
        {
            events.Add(Encoding.UTF8.GetString(output.WrittenSpan));
            output.Clear();
        }

        Assert.Equal(0, output.WrittenCount);
        return events;
    }

    public static void AssertSame(JsonNode? expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"{expected?.ToJsonString()}\n{actual?.ToJsonString()}");
}
