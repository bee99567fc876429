using System.Text.Json;

namespace ThotNet.Providers.Chat;

/// <summary>The top-level fields of a chat completion request that the gateway knows (wire.md 1.1, 2.1, 3.4).</summary>
internal enum RequestField
{
    Unknown,
    Model,
    Messages,
    MaxTokens,
    MaxCompletionTokens,
    Temperature,
    TopP,
    TopK,
    N,
    Stop,
    Stream,
    StreamOptions,
    Seed,
    FrequencyPenalty,
    PresencePenalty,
    Logprobs,
    TopLogprobs,
    LogitBias,
    ResponseFormat,
    Tools,
    ToolChoice,
    ParallelToolCalls,
    Functions,
    FunctionCall,
    ReasoningEffort,
    Verbosity,
    Modalities,
    Audio,
    Prediction,
    WebSearchOptions,
    Metadata,
    Store,
    User,
    SafetyIdentifier,
    PromptCacheKey,
    PromptCacheRetention,
    PromptCacheOptions,
    ServiceTier,
    Models,
    Route,
    ReasoningFormat,
    IncludeReasoning,
    SearchSettings,
    Documents,
    DisableToolValidation,
    CitationOptions,
}

/// <summary>The names of the known fields.</summary>
internal static class RequestFields
{
    private static readonly JsonEncodedText[] Names = Enum.GetNames<RequestField>()
        .Select(name => JsonEncodedText.Encode(JsonNamingPolicy.SnakeCaseLower.ConvertName(name)))
        .ToArray();

    private static readonly RequestField[][] ByLength = Enum.GetValues<RequestField>()
        .Where(field => field != RequestField.Unknown)
        .GroupBy(field => Names[(int)field].EncodedUtf8Bytes.Length)
        .Aggregate(new RequestField[32][], (table, group) =>
        {
            table[group.Key] = [.. group];
            return table;
        });

    /// <summary>The field's name on the wire.</summary>
    public static string NameOf(RequestField field) => Names[(int)field].Value;

    /// <summary>The field whose name the reader stands on.</summary>
    public static RequestField Find(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? FindEscaped(ref reader) : Find(reader.ValueSpan);

    /// <summary>The field of that name, which is written without escapes.</summary>
    public static RequestField Find(ReadOnlySpan<byte> name)
    {
        if (name.Length >= ByLength.Length || ByLength[name.Length] is not { } candidates)
            return RequestField.Unknown;
        foreach (var field in candidates)
        {
            if (name.SequenceEqual(Names[(int)field].EncodedUtf8Bytes))
                return field;
        }

        return RequestField.Unknown;
    }

    private static RequestField FindEscaped(ref Utf8JsonReader reader)
    {
        for (var field = RequestField.Unknown + 1; (int)field < Names.Length; field++)
        {
            if (reader.ValueTextEquals(Names[(int)field].EncodedUtf8Bytes))
                return field;
        }

        return RequestField.Unknown;
    }
}
