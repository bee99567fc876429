using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.OpenAi;

/// <summary>The parts of one tool call, whole or a piece of it, as they stand.</summary>
internal ref struct ToolCallFields
{
    /// <summary>The index that the provider gave, or -1.</summary>
    public int Index;
    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> Name;
    public ReadOnlySpan<byte> Arguments;

    /// <summary>Where Google's thought signature travels (wire.md 4.1).</summary>
    public ReadOnlySpan<byte> ExtraContent;

    /// <summary>Reads the call that the reader stands on.</summary>
    public static ToolCallFields Read(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var fields = new ToolCallFields { Index = -1 };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("index"u8))
                fields.ReadIndex(ref reader);
            else if (reader.ValueTextEquals("id"u8))
                fields.Id = JsonBytes.TakeProperty(ref reader, json);
            else if (reader.ValueTextEquals("function"u8))
                fields.ReadFunction(JsonBytes.TakeProperty(ref reader, json));
            else if (reader.ValueTextEquals("extra_content"u8))
                fields.ExtraContent = JsonBytes.TakeProperty(ref reader, json);
            else
                JsonBytes.TakeProperty(ref reader, json);
        }

        return fields;
    }

    /// <summary>The call has an id of its own.</summary>
    public readonly bool HasId => JsonBytes.IsString(Id) && JsonBytes.HasContent(Id);

    /// <summary>The call names its function.</summary>
    public readonly bool HasName => JsonBytes.IsString(Name) && JsonBytes.HasContent(Name);

    /// <summary>Writes the id (made up if there is none), the type and the beginning of <c>function</c> with its name.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="madeUpId">The id for a call without one; unique within the conversation.</param>
    public readonly void WriteStart(Utf8JsonWriter writer, string madeUpId)
    {
        if (HasId)
            writer.WriteRaw("id"u8, Id);
        else
            writer.WriteString("id"u8, madeUpId);
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        if (HasName)
            writer.WriteRaw("name"u8, Name);
        else
            writer.WriteString("name"u8, ""u8);
    }

    /// <summary>Writes <c>arguments</c> as a string, also where the provider gave an object.</summary>
    public readonly void WriteArguments(Utf8JsonWriter writer)
    {
        if (JsonBytes.IsString(Arguments))
            writer.WriteRaw("arguments"u8, Arguments);
        else if (JsonBytes.IsSet(Arguments))
            writer.WriteString("arguments"u8, Arguments);
        else
            writer.WriteString("arguments"u8, ""u8);
    }

    private void ReadIndex(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index))
            Index = index;
        reader.Skip();
    }

    private void ReadFunction(ReadOnlySpan<byte> function)
    {
        if (!JsonBytes.HasContent(function) || function[0] != (byte)'{')
            return;
        var reader = new Utf8JsonReader(function);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
                Name = JsonBytes.TakeProperty(ref reader, function);
            else if (reader.ValueTextEquals("arguments"u8))
                Arguments = JsonBytes.TakeProperty(ref reader, function);
            else
                JsonBytes.TakeProperty(ref reader, function);
        }
    }
}
