using System.Text.Json;
using ThotNet.Providers.Json;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Gemini.Answers;

/// <summary>Reads Google's usage (wire.md rule 50).</summary>
internal static class UsageMetadata
{
    /// <summary>Reads <c>usageMetadata</c>.</summary>
    /// <param name="json">The value as it stands; may be empty or of another type.</param>
    /// <returns>Null if it tells no counts, as in the middle of some streams (wire.md 4.4).</returns>
    public static TokenUsage? Read(ReadOnlySpan<byte> json)
    {
        if (!JsonBytes.IsObject(json))
            return null;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        long? prompt = null, written = null, thoughts = null, total = null;
        long tools = 0, cached = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("promptTokenCount"u8))
                prompt = UsageJson.Count(ref reader);
            else if (reader.ValueTextEquals("candidatesTokenCount"u8))
                written = UsageJson.Count(ref reader);
            else if (reader.ValueTextEquals("thoughtsTokenCount"u8))
                thoughts = UsageJson.Count(ref reader);
            else if (reader.ValueTextEquals("totalTokenCount"u8))
                total = UsageJson.Count(ref reader);
            else if (reader.ValueTextEquals("toolUsePromptTokenCount"u8))
                tools = UsageJson.Count(ref reader) ?? 0;
            else if (reader.ValueTextEquals("cachedContentTokenCount"u8))
                cached = UsageJson.Count(ref reader) ?? 0;
            else
                JsonBytes.TakeProperty(ref reader, json);
        }

        if (prompt is null && written is null && thoughts is null && total is null)
            return null;
        return Complete((prompt ?? 0) + tools, written ?? 0, thoughts ?? 0, total, cached);
    }

    // Where prompt and candidates already make up the total, the thoughts are among the candidates.
    private static TokenUsage Complete(long prompt, long written, long thoughts, long? total, long cached)
    {
        var areIncluded = prompt + written == total && thoughts <= written;
        var completion = areIncluded ? written : written + thoughts;
        return new TokenUsage(prompt, completion, Math.Max(prompt + completion, total ?? 0), cached, thoughts);
    }
}
