using System.Text.Json;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Gemini.Schemas;
using ThotNet.Providers.Json;
using ThotNet.Routing;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Writes <c>generationConfig</c> (wire.md rules 21 to 27). What has no counterpart there is dropped (rules 31, 33).</summary>
internal static class GenerationConfigWriter
{
    /// <summary>Writes the object. There is always a limit of output tokens, so that what is reserved is what can be spent.</summary>
    public static void Write(
        ChatRequest request, TargetDefinition target, BodySlices slices, GeminiGeneration generation, Utf8JsonWriter writer)
    {
        var body = request.Body.Span;
        writer.WriteStartObject("generationConfig"u8);
        writer.WriteNumber("maxOutputTokens"u8, request.MaxOutputTokens ?? target.OutputCap);
        WriteNumber("temperature"u8, slices[RequestField.Temperature], body, writer);
        WriteNumber("topP"u8, slices[RequestField.TopP], body, writer);
        WriteNumber("topK"u8, slices[RequestField.TopK], body, writer);
        WriteNumber("presencePenalty"u8, slices[RequestField.PresencePenalty], body, writer);
        WriteNumber("frequencyPenalty"u8, slices[RequestField.FrequencyPenalty], body, writer);
        WriteStop(slices[RequestField.Stop].Of(body), writer);
        WriteSeed(slices[RequestField.Seed].Of(body), writer);
        if (request.Choices > 1)
            writer.WriteNumber("candidateCount"u8, request.Choices);
        if (request.Needs.HasFlag(Capabilities.LogProbs))
            WriteLogProbs(slices[RequestField.TopLogprobs], body, writer);
        WriteFormat(slices[RequestField.ResponseFormat].Of(body), generation, writer);
        ThinkingWriter.Write(slices, body, generation, writer);
        writer.WriteEndObject();
    }

    private static void WriteNumber(ReadOnlySpan<byte> name, Slice slice, ReadOnlySpan<byte> body, Utf8JsonWriter writer)
    {
        if (slice.Of(body) is [(byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..] number)
            writer.WriteRaw(name, number);
    }

    private static void WriteStop(ReadOnlySpan<byte> stop, Utf8JsonWriter writer)
    {
        var reader = new Utf8JsonReader(stop.IsEmpty ? "[]"u8 : stop);
        var any = false;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.IsEmpty)
                continue;
            if (!any)
                writer.WriteStartArray("stopSequences"u8);
            any = true;
            writer.WriteRawValue(JsonBytes.TakeValue(ref reader, stop), skipInputValidation: true);
        }

        if (any)
            writer.WriteEndArray();
    }

    // Google's seed has 32 bits; a larger one is folded, always in the same way.
    private static void WriteSeed(ReadOnlySpan<byte> seed, Utf8JsonWriter writer)
    {
        if (seed.IsEmpty)
            return;
        var reader = new Utf8JsonReader(seed);
        reader.Read();
        if (reader.TryGetInt64(out var value))
            writer.WriteNumber("seed"u8, value is >= int.MinValue and <= int.MaxValue ? (int)value : (int)(value ^ (value >> 32)));
    }

    private static void WriteLogProbs(Slice top, ReadOnlySpan<byte> body, Utf8JsonWriter writer)
    {
        writer.WriteBoolean("responseLogprobs"u8, true);
        WriteNumber("logprobs"u8, top, body, writer);
    }

    private static void WriteFormat(ReadOnlySpan<byte> format, GeminiGeneration generation, Utf8JsonWriter writer)
    {
        if (format.IsEmpty)
            return;
        var type = JsonBytes.Field(format, "type"u8);
        var isSchema = JsonBytes.Is(type, "json_schema"u8);
        if (!isSchema && !JsonBytes.Is(type, "json_object"u8))
            return;
        writer.WriteString("responseMimeType"u8, "application/json"u8);
        var schema = isSchema ? JsonBytes.Field(JsonBytes.Field(format, "json_schema"u8), "schema"u8) : default;
        GeminiSchema.WriteResponse(schema, generation, writer);
    }
}
