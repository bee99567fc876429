using System.Text.Json;
using ThotNet.Providers.Chat;

namespace ThotNet.Providers.Canonical;

/// <summary>Which top-level fields of a chat completion request are in its form (wire.md 1.1).</summary>
internal static class ChatForm
{
    /// <summary>Writes the form; false if there is none.</summary>
    public static bool Write(ChatRequest request, CanonicalJson form)
    {
        var reader = new Utf8JsonReader(request.Body.Span);
        reader.Read();
        form.StartObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsLeftOut(RequestFields.Find(ref reader)))
                reader.Skip();
            else if (!form.WriteMember(ref reader))
                return false;
        }

        // Providers are sent one limit under one name, whichever the caller used.
        if (request.MaxOutputTokens is { } limit)
            form.WriteMember("max_completion_tokens"u8, limit);
        form.EndObject((name, value, isLast) => Stays(RequestFields.Find(name), value, isLast, request));
        return true;
    }

    // What the key holds otherwise, how the answer is delivered, and what wire.md 1.1 calls safe to drop: bookkeeping, price and speed.
    private static bool IsLeftOut(RequestField field) => field is RequestField.Model or RequestField.Models
        or RequestField.MaxTokens or RequestField.MaxCompletionTokens
        or RequestField.Stream or RequestField.StreamOptions
        or RequestField.User or RequestField.SafetyIdentifier or RequestField.Metadata or RequestField.Store or RequestField.ServiceTier
        or RequestField.PromptCacheKey or RequestField.PromptCacheRetention or RequestField.PromptCacheOptions;

    // Of a known field that comes twice only the last is ever sent, and null is never sent. Of an unknown one nobody knows.
    private static bool Stays(RequestField field, ReadOnlySpan<byte> value, bool isLast, ChatRequest request) =>
        field == RequestField.Unknown || (isLast && !value.SequenceEqual("null"u8) && !IsDefault(field, value, request));

    // Only values that every provider takes for what it does without them, or that never reach one. Not the temperature, top_p, top_k and the
    // penalties: what their absence means differs by provider and by model (Google's top_p is 0.95 for some, OpenRouter lists defaults for each
    // model). Not modalities: an image model may answer otherwise when asked for text. Not an empty stop: OpenAI's format wants at least one.
    private static bool IsDefault(RequestField field, ReadOnlySpan<byte> value, ChatRequest request) => field switch
    {
        RequestField.N => value.SequenceEqual("1"u8),
        RequestField.Logprobs => value.SequenceEqual("false"u8),
        RequestField.LogitBias => value.SequenceEqual("{}"u8),
        RequestField.ResponseFormat => value.SequenceEqual("""{"type":"text"}"""u8),
        RequestField.Tools or RequestField.Functions => value.SequenceEqual("[]"u8),
        RequestField.ToolChoice => value.SequenceEqual("\"auto\""u8) || (!request.HasTools && value.SequenceEqual("\"none\""u8)),
        RequestField.ParallelToolCalls => value.SequenceEqual("true"u8),
        _ => false,
    };
}
