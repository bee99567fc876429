using System.Text.Json;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>Writes what all complete answers have, as OpenAI has it (wire.md 1.2).</summary>
internal static class AnswerWriter
{
    /// <summary>Begins an answer, up to its choices.</summary>
    public static void WriteHead(Utf8JsonWriter writer, string id, long created, TargetDefinition target)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("object"u8, "chat.completion"u8);
        writer.WriteNumber("created"u8, created);
        writer.WriteString("model"u8, target.Id);
    }

    /// <summary>Writes usage, if it is known.</summary>
    public static void WriteUsage(Utf8JsonWriter writer, TokenUsage? usage)
    {
        if (usage is not { } known)
            return;
        writer.WritePropertyName("usage"u8);
        UsageJson.Write(writer, known);
    }
}
