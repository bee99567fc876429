using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Answers;

/// <summary>One part of a candidate's content, as it stands (wire.md 4.2).</summary>
internal ref struct PartFields
{
    public ReadOnlySpan<byte> Text;

    /// <summary>The text is a thought and no part of the answer.</summary>
    public bool IsThought;
    public ReadOnlySpan<byte> Signature;
    public ReadOnlySpan<byte> CallId;
    public ReadOnlySpan<byte> CallName;
    public ReadOnlySpan<byte> CallArgs;
    public ReadOnlySpan<byte> MimeType;
    public ReadOnlySpan<byte> Data;

    /// <summary>Reads the part that the reader stands on.</summary>
    public static PartFields Read(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var fields = new PartFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("text"u8))
                fields.Text = JsonBytes.TakeProperty(ref reader, json);
            else if (reader.ValueTextEquals("thought"u8))
                fields.IsThought = JsonBytes.TakeProperty(ref reader, json).SequenceEqual("true"u8);
            else if (reader.ValueTextEquals("thoughtSignature"u8))
                fields.Signature = JsonBytes.TakeProperty(ref reader, json);
            else if (reader.ValueTextEquals("functionCall"u8))
                fields.ReadCall(JsonBytes.TakeProperty(ref reader, json));
            else if (reader.ValueTextEquals("inlineData"u8))
                fields.ReadData(JsonBytes.TakeProperty(ref reader, json));
            else
                JsonBytes.TakeProperty(ref reader, json);
        }

        return fields;
    }

    /// <summary>What callers get of this part.</summary>
    public readonly PartKinds Kind =>
        JsonBytes.HasText(CallName) ? PartKinds.Calls
        : JsonBytes.HasText(Text) ? (IsThought ? PartKinds.Thoughts : PartKinds.Text)
        : JsonBytes.HasText(Data) && !IsThought && MimeType.StartsWith("\"image/"u8) ? PartKinds.Images
        : PartKinds.None;

    private void ReadCall(ReadOnlySpan<byte> call)
    {
        CallId = JsonBytes.Field(call, "id"u8);
        CallName = JsonBytes.Field(call, "name"u8);
        CallArgs = JsonBytes.Field(call, "args"u8);
    }

    private void ReadData(ReadOnlySpan<byte> data)
    {
        MimeType = JsonBytes.Field(data, "mimeType"u8);
        Data = JsonBytes.Field(data, "data"u8);
    }
}
