using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Writes system and developer messages (wire.md rules 1 to 3).</summary>
internal static class SystemWriter
{
    /// <summary>Writes <c>systemInstruction</c>, if there is a text for it and something else to say.</summary>
    public static void Write(ReadOnlySpan<byte> body, ReadOnlySpan<MessageSlices> messages, Utf8JsonWriter writer)
    {
        if (!HasOthers(messages))
            return;
        var any = false;
        foreach (ref readonly var message in messages)
        {
            if (message.Role != Role.System)
                continue;
            var parts = new ContentParts(message.Content.Of(body));
            while (parts.MoveNext())
                WritePart(parts.Data, writer, ref any);
        }

        if (!any)
            return;
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Writes the texts as a user's turn, for a conversation that has nothing else.</summary>
    public static void WriteAsUser(ReadOnlySpan<byte> body, ReadOnlySpan<MessageSlices> messages, TurnWriter turns)
    {
        turns.Begin(Turn.User);
        foreach (ref readonly var message in messages)
        {
            var parts = new ContentParts(message.Content.Of(body));
            while (parts.MoveNext())
                turns.WriteText(parts.Data);
        }

        turns.Close();
    }

    private static bool HasOthers(ReadOnlySpan<MessageSlices> messages)
    {
        foreach (ref readonly var message in messages)
        {
            if (message.Role != Role.System)
                return true;
        }

        return false;
    }

    private static void WritePart(ReadOnlySpan<byte> text, Utf8JsonWriter writer, ref bool any)
    {
        if (!JsonBytes.HasText(text))
            return;
        if (!any)
        {
            writer.WriteStartObject("systemInstruction"u8);
            writer.WriteStartArray("parts"u8);
            any = true;
        }

        writer.WriteStartObject();
        writer.WriteRaw("text"u8, text);
        writer.WriteEndObject();
    }
}
