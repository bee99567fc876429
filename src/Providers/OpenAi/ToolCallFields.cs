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
    public readonly bool HasId => JsonBytes.HasText(Id);

    /// <summary>The call names its function.</summary>
    public readonly bool HasName => JsonBytes.HasText(Name);

    /// <summary>Writes id, type and name of a call that begins here, and what <see cref="WritePiece"/> writes.</summary>
    /// <param name="writer">A writer within the call's object.</param>
    /// <param name="answer">The answer's id, which with the numbers makes up an id that no other call of the conversation has.</param>
    /// <param name="choice">The choice's index.</param>
    /// <param name="index">The call's index within the choice.</param>
    public readonly void WriteCall(Utf8JsonWriter writer, string answer, int choice, int index)
    {
        if (HasId)
            writer.WriteRaw("id"u8, Id);
        else
            writer.WriteString("id"u8, AnswerIds.OfCall(answer, choice, index));
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        if (HasName)
            writer.WriteRaw("name"u8, Name);
        else
            writer.WriteString("name"u8, ""u8);
        WriteEnd(writer);
    }

    /// <summary>Writes arguments and extras: all that is new in a further piece of a call.</summary>
    /// <param name="writer">A writer within the call's object.</param>
    public readonly void WritePiece(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("function"u8);
        WriteEnd(writer);
    }

    // Arguments become a string, also where the provider gave an object.
    private readonly void WriteEnd(Utf8JsonWriter writer)
    {
        if (JsonBytes.IsString(Arguments))
            writer.WriteRaw("arguments"u8, Arguments);
        else if (JsonBytes.IsSet(Arguments))
            writer.WriteString("arguments"u8, Arguments);
        else
            writer.WriteString("arguments"u8, ""u8);
        writer.WriteEndObject();
        if (JsonBytes.HasContent(ExtraContent))
            writer.WriteRaw("extra_content"u8, ExtraContent);
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
        if (!JsonBytes.IsObject(function))
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
