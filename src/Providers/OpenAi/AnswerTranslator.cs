using System.Buffers;
using System.Text.Json;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Json;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>
/// Writes a complete answer in OpenAI's form (wire.md 1.2): what clients stumble over is put right, the provider's own extras are left out.
/// </summary>
internal readonly struct AnswerTranslator(FailureReader failures, OpenAiDialect dialect)
{
    /// <summary>Translates one answer; see <see cref="IProviderAdapter.TranslateAnswer"/>.</summary>
    /// <exception cref="JsonException">The body is not a JSON object.</exception>
    /// <exception cref="InvalidOperationException">A name is not valid Unicode.</exception>
    public (TokenUsage? Usage, ProviderFailure? Failure) Translate(
        ReadOnlySpan<byte> body, TargetDefinition target, DateTimeOffset now, IBufferWriter<byte> output)
    {
        var fields = AnswerFields.Read(body);
        var usage = UsageJson.Read(fields.Usage);
        if (fields.HasError)
            return (usage, failures.ReadInside(body, now));
        if (!JsonBytes.HasItems(fields.Choices))
            return (usage, FailureReader.Unreadable("it has no choices"));
        var id = JsonBytes.HasContent(fields.Id) ? JsonBytes.Text(fields.Id) : null;
        id ??= AnswerIds.Make();
        using var writer = new Utf8JsonWriter(output, JsonBytes.Writing);
        AnswerWriter.WriteHead(writer, id, Timestamps.Seconds(fields.Created, now), target);
        var failure = WriteChoices(fields.Choices, id, writer) switch
        {
            ChoiceOutcome.Error => failures.ReadInside(body, now),
            ChoiceOutcome.NoMessage => FailureReader.Unreadable("a choice has no message"),
            _ => null,
        };
        AnswerWriter.WriteUsage(writer, usage);
        if (JsonBytes.IsString(fields.Fingerprint))
            writer.WriteRaw("system_fingerprint"u8, fields.Fingerprint);
        writer.WriteEndObject();
        return (usage, failure);
    }

    private ChoiceOutcome WriteChoices(ReadOnlySpan<byte> choices, string id, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("choices"u8);
        var reader = new Utf8JsonReader(choices);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                return ChoiceOutcome.NoMessage;
            var choice = ChoiceFields.Read(ref reader, choices, "message"u8);
            if (choice.HasError)
                return ChoiceOutcome.Error;
            if (!JsonBytes.IsObject(choice.Body))
                return ChoiceOutcome.NoMessage;
            WriteChoice(choice, id, writer);
        }

        writer.WriteEndArray();
        return ChoiceOutcome.Written;
    }

    private void WriteChoice(in ChoiceFields choice, string id, Utf8JsonWriter writer)
    {
        var message = MessageFields.Read(choice.Body);
        var calls = JsonBytes.HasItems(message.ToolCalls);
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, choice.Index);
        writer.WriteStartObject("message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        WriteTextOrNull(writer, "content"u8, message.Content);
        WriteTextOrNull(writer, "refusal"u8, message.Refusal);
        if (calls)
            WriteToolCalls(message.ToolCalls, id, choice.Index, writer);
        message.WriteExtras(writer);
        writer.WriteEndObject();
        if (JsonBytes.IsSet(choice.LogProbs))
            writer.WriteRaw("logprobs"u8, choice.LogProbs);
        else
            writer.WriteNull("logprobs"u8);
        writer.WriteString("finish_reason"u8, FinishReasons.Legal(choice.FinishReason, calls, dialect.StopsAfterToolCalls));
        writer.WriteEndObject();
    }

    private static void WriteTextOrNull(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (JsonBytes.IsString(value))
            writer.WriteRaw(name, value);
        else
            writer.WriteNull(name);
    }

    private static void WriteToolCalls(ReadOnlySpan<byte> calls, string id, int choice, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("tool_calls"u8);
        var reader = new Utf8JsonReader(calls);
        reader.Read();
        for (var index = 0; reader.Read() && reader.TokenType == JsonTokenType.StartObject; index++)
        {
            var call = ToolCallFields.Read(ref reader, calls);
            writer.WriteStartObject();
            call.WriteCall(writer, id, choice, index);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private enum ChoiceOutcome
    {
        Written,
        Error,
        NoMessage,
    }
}
