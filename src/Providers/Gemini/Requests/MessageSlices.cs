using System.Text.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Who speaks in a message.</summary>
internal enum Role : byte
{
    /// <summary>The system or the developer.</summary>
    System,
    User,
    Assistant,

    /// <summary>The result of a tool call.</summary>
    Tool,

    /// <summary>The result of an older function call.</summary>
    Function,
}

/// <summary>Where the fields of a message stand in the body. Of a field that comes twice the last one counts.</summary>
internal struct MessageSlices
{
    public Role Role;
    public Slice Content;
    public Slice Refusal;
    public Slice ToolCalls;
    public Slice FunctionCall;
    public BodyText ToolCallId;

    /// <summary>True for the result of a call.</summary>
    public readonly bool IsResult => Role is Role.Tool or Role.Function;

    /// <summary>Reads the message that the reader, which reads the whole body, stands on.</summary>
    public static MessageSlices Read(ref Utf8JsonReader reader)
    {
        var message = default(MessageSlices);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            message.ReadField(ref reader);
        return message;
    }

    private void ReadField(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("role"u8))
            Role = ReadRole(ref reader);
        else if (reader.ValueTextEquals("content"u8))
            Content = Slice.TakeProperty(ref reader, 0);
        else if (reader.ValueTextEquals("refusal"u8))
            Refusal = Slice.TakeProperty(ref reader, 0);
        else if (reader.ValueTextEquals("tool_calls"u8))
            ToolCalls = Slice.TakeProperty(ref reader, 0);
        else if (reader.ValueTextEquals("function_call"u8))
            FunctionCall = Slice.TakeProperty(ref reader, 0);
        else if (reader.ValueTextEquals("tool_call_id"u8))
            ToolCallId = Slice.TakeText(ref reader, 0);
        else
            reader.Skip();
    }

    private static Role ReadRole(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.ValueTextEquals("user"u8) ? Role.User
            : reader.ValueTextEquals("assistant"u8) ? Role.Assistant
            : reader.ValueTextEquals("tool"u8) ? Role.Tool
            : reader.ValueTextEquals("function"u8) ? Role.Function
            : Role.System;
    }
}
