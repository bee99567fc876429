using System.Buffers;
using System.Text.Json;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Json;
using ThotNet.Routing;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>
/// Writes the body of <c>generateContent</c> and <c>streamGenerateContent</c> (wire.md 4.2). The model and the stream are in the URL (rule 34).
/// </summary>
internal static class GeminiBody
{
    /// <summary>Writes the body.</summary>
    public static void Write(ChatRequest request, TargetDefinition target, ThoughtMemory memory, IBufferWriter<byte> output)
    {
        using var whole = WholeCharacters.Of(request.Body.Span);
        var body = whole.Json;
        var generation = GeminiGeneration.Of(target.Model);
        using var slices = BodySlices.Find(body);
        using var writer = new Utf8JsonWriter(output, JsonBytes.Writing);
        writer.WriteStartObject();
        SystemWriter.Write(body, slices.Messages, writer);
        ContentsWriter.Write(new WriteContext(body, generation, memory, request.Caller), slices.Messages, writer);
        ToolsWriter.Write(slices, body, generation, writer);
        GenerationConfigWriter.Write(request, target, slices, generation, writer);
        writer.WriteEndObject();
    }
}
