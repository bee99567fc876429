using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.OpenAi;

/// <summary>The parts of a message or a delta that callers get, as they stand.</summary>
internal ref struct MessageFields
{
    public ReadOnlySpan<byte> Content;
    public ReadOnlySpan<byte> Refusal;
    public ReadOnlySpan<byte> ToolCalls;
    public ReadOnlySpan<byte> FunctionCall;
    public ReadOnlySpan<byte> Reasoning;
    public ReadOnlySpan<byte> ReasoningContent;
    public ReadOnlySpan<byte> ReasoningDetails;
    public ReadOnlySpan<byte> Annotations;
    public ReadOnlySpan<byte> Images;
    public ReadOnlySpan<byte> Audio;
    public ReadOnlySpan<byte> ExtraContent;

    /// <summary>Reads a message or delta; empty for anything but an object.</summary>
    public static MessageFields Read(ReadOnlySpan<byte> json)
    {
        var fields = new MessageFields();
        if (!JsonBytes.IsObject(json))
            return fields;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            fields.ReadField(ref reader, json);
        return fields;
    }

    /// <summary>There is something in it that a caller gets.</summary>
    public readonly bool HasContent =>
        JsonBytes.HasContent(Content) || JsonBytes.HasContent(ToolCalls) || JsonBytes.HasContent(Refusal) || JsonBytes.HasContent(FunctionCall)
        || JsonBytes.HasContent(Reasoning) || JsonBytes.HasContent(ReasoningContent) || JsonBytes.HasContent(ReasoningDetails)
        || JsonBytes.HasContent(Annotations) || JsonBytes.HasContent(Images) || JsonBytes.HasContent(Audio) || JsonBytes.HasContent(ExtraContent);

    /// <summary>Writes what is there beyond content, refusal and tool calls, as it stands.</summary>
    public readonly void WriteExtras(Utf8JsonWriter writer)
    {
        WriteIfAny(writer, "function_call"u8, FunctionCall);
        WriteIfAny(writer, "reasoning"u8, Reasoning);
        WriteIfAny(writer, "reasoning_content"u8, ReasoningContent);
        WriteIfAny(writer, "reasoning_details"u8, ReasoningDetails);
        WriteIfAny(writer, "annotations"u8, Annotations);
        WriteIfAny(writer, "images"u8, Images);
        WriteIfAny(writer, "audio"u8, Audio);
        WriteIfAny(writer, "extra_content"u8, ExtraContent);
    }

    private static void WriteIfAny(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (JsonBytes.HasContent(value))
            writer.WriteRaw(name, value);
    }

    private void ReadField(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.ValueTextEquals("content"u8))
            Content = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("tool_calls"u8))
            ToolCalls = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("reasoning"u8))
            Reasoning = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("reasoning_content"u8))
            ReasoningContent = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("reasoning_details"u8))
            ReasoningDetails = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("refusal"u8))
            Refusal = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("annotations"u8))
            Annotations = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("function_call"u8))
            FunctionCall = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("images"u8))
            Images = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("audio"u8))
            Audio = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("extra_content"u8))
            ExtraContent = JsonBytes.TakeProperty(ref reader, json);
        else
            JsonBytes.TakeProperty(ref reader, json);
    }
}
