using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.OpenAi;

/// <summary>Reads usage in the forms that providers give it, and writes it in OpenAI's (wire.md 1.2, 2.2, 3.5).</summary>
internal static class UsageJson
{
    /// <summary>Reads a usage object.</summary>
    /// <param name="json">The value as it stands; may be empty, null or of another type.</param>
    /// <returns>Null if it tells no counts.</returns>
    public static TokenUsage? Read(ReadOnlySpan<byte> json)
    {
        if (!JsonBytes.IsObject(json))
            return null;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        long? prompt = null, completion = null, total = null;
        long cached = 0, reasoning = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("prompt_tokens"u8))
                prompt = Count(ref reader);
            else if (reader.ValueTextEquals("completion_tokens"u8))
                completion = Count(ref reader);
            else if (reader.ValueTextEquals("total_tokens"u8))
                total = Count(ref reader);
            else if (reader.ValueTextEquals("prompt_tokens_details"u8))
                cached = Detail(ref reader, "cached_tokens"u8);
            else if (reader.ValueTextEquals("completion_tokens_details"u8))
                reasoning = Detail(ref reader, "reasoning_tokens"u8);
            else
                Skip(ref reader);
        }

        if (prompt is null && completion is null && total is null)
            return null;
        return Complete(prompt, completion, total, cached, reasoning);
    }

    /// <summary>Writes a usage object in OpenAI's form.</summary>
    public static void Write(Utf8JsonWriter writer, TokenUsage usage)
    {
        writer.WriteStartObject();
        writer.WriteNumber("prompt_tokens"u8, usage.PromptTokens);
        writer.WriteNumber("completion_tokens"u8, usage.CompletionTokens);
        writer.WriteNumber("total_tokens"u8, usage.TotalTokens);
        writer.WriteStartObject("prompt_tokens_details"u8);
        writer.WriteNumber("cached_tokens"u8, usage.CachedTokens);
        writer.WriteEndObject();
        writer.WriteStartObject("completion_tokens_details"u8);
        writer.WriteNumber("reasoning_tokens"u8, usage.ReasoningTokens);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Reads the value of the property that the reader stands on: a count, or null if it is none.</summary>
    public static long? Count(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && number is >= 0 and < 1e15)
            return (long)number;
        reader.Skip();
        return null;
    }

    // The larger of sum and total: a count that is left out must not make an answer look cheaper than it was.
    private static TokenUsage Complete(long? prompt, long? completion, long? total, long cached, long reasoning)
    {
        var sum = (prompt ?? 0) + (completion ?? 0);
        return new TokenUsage(prompt ?? 0, completion ?? 0, Math.Max(sum, total ?? 0), cached, reasoning);
    }

    private static long Detail(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return 0;
        }

        long found = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(name))
                found = Count(ref reader) ?? 0;
            else
                Skip(ref reader);
        }

        return found;
    }

    private static void Skip(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
