using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Chat;

/// <summary>Reads one top-level field: its type, its range and what it says about the request (wire.md 1.1).</summary>
internal static class FieldReader
{
    // The word default is Groq's (wire.md 3.4).
    private static readonly string[] Efforts = ["none", "default", "minimal", "low", "medium", "high", "xhigh", "max"];

    private static readonly string[] Verbosities = ["low", "medium", "high"];

    /// <summary>Reads the field that the reader stands on, to its end. A null of an optional field means that it is absent.</summary>
    /// <returns>False if it is wrong; <see cref="BodyFacts.Error"/> then says how.</returns>
    public static bool Read(ref Utf8JsonReader reader, RequestFacts facts)
    {
        var field = RequestFields.Find(ref reader);
        reader.Read();
        return ReadValue(ref reader, field, facts);
    }

    private static bool ReadValue(ref Utf8JsonReader reader, RequestField field, RequestFacts facts) => field switch
    {
        RequestField.Model => facts.ReadModel(ref reader),
        RequestField.Messages => MessageReader.ReadAll(ref reader, facts),
        RequestField.Models => ReadModels(ref reader, facts),
        RequestField.Stream => Values.Bool(ref reader, "stream", facts, out facts.Stream),
        RequestField.StreamOptions => ReadStreamOptions(ref reader, facts),
        RequestField.MaxTokens => Values.Int(ref reader, "max_tokens", 1, int.MaxValue, facts, out facts.MaxTokens),
        RequestField.MaxCompletionTokens =>
            Values.Int(ref reader, "max_completion_tokens", 1, int.MaxValue, facts, out facts.MaxCompletionTokens),
        RequestField.N => Values.Int(ref reader, "n", 1, 128, facts, out facts.N),
        RequestField.Temperature => Values.Number(ref reader, "temperature", 0, 2, facts, out facts.Temperature),
        RequestField.TopP => Values.Number(ref reader, "top_p", 0, 1, facts, out _),
        RequestField.FrequencyPenalty => Values.Number(ref reader, "frequency_penalty", -2, 2, facts, out _),
        RequestField.PresencePenalty => Values.Number(ref reader, "presence_penalty", -2, 2, facts, out _),
        RequestField.Seed => ReadSeed(ref reader, facts),
        RequestField.Stop => ReadStop(ref reader, facts),
        RequestField.Logprobs => Values.Bool(ref reader, "logprobs", facts, out facts.LogProbs),
        RequestField.TopLogprobs => Values.Int(ref reader, "top_logprobs", 0, 20, facts, out facts.TopLogProbs),
        RequestField.LogitBias => ReadLogitBias(ref reader, facts),
        RequestField.ResponseFormat => FormatReader.Read(ref reader, facts),
        RequestField.Tools => ToolReader.ReadTools(ref reader, facts),
        RequestField.ToolChoice => ToolChoiceReader.ReadToolChoice(ref reader, facts),
        RequestField.Functions => ToolReader.ReadFunctions(ref reader, facts),
        RequestField.FunctionCall => ToolChoiceReader.ReadFunctionCall(ref reader, facts),
        RequestField.Modalities => ReadModalities(ref reader, facts),
        RequestField.ParallelToolCalls or RequestField.Store => Values.Bool(ref reader, RequestFields.NameOf(field), facts, out _),
        RequestField.Metadata or RequestField.WebSearchOptions or RequestField.Audio or RequestField.Prediction =>
            Values.Object(ref reader, RequestFields.NameOf(field), facts),
        RequestField.User or RequestField.SafetyIdentifier or RequestField.PromptCacheKey or RequestField.ServiceTier =>
            Values.Text(ref reader, RequestFields.NameOf(field), facts),
        RequestField.ReasoningEffort => ReadWord(ref reader, "reasoning_effort", Efforts, facts),
        RequestField.Verbosity => ReadWord(ref reader, "verbosity", Verbosities, facts),
        RequestField.TopK => Values.Int(ref reader, "top_k", 1, int.MaxValue, facts, out _),
        _ => Values.Skip(ref reader, facts),
    };

    private static bool ReadWord(ref Utf8JsonReader reader, string param, string[] words, RequestFacts facts)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        foreach (var word in reader.TokenType == JsonTokenType.String ? words : [])
        {
            if (reader.ValueTextEquals(word))
                return true;
        }

        return facts.Fail($"'{param}' must be one of '{string.Join("', '", words)}'.", param);
    }

    private static bool ReadModels(ref Utf8JsonReader reader, RequestFacts facts)
    {
        facts.Models = [];
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartArray)
            return facts.Fail("'models' must be an array of strings.", "models");
        var models = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (models.Count == ChatRequestReader.MaxModels)
                return facts.Fail($"'models' may hold at most {ChatRequestReader.MaxModels} names.", "models");
            if (!Values.Name(ref reader, $"models[{models.Count}]", facts, out var model))
                return false;
            models.Add(model);
        }

        facts.Models = models.ToImmutable();
        return true;
    }

    private static bool ReadStreamOptions(ref Utf8JsonReader reader, RequestFacts facts)
    {
        facts.IncludeUsage = false;
        facts.HasStreamOptions = reader.TokenType != JsonTokenType.Null;
        if (!facts.HasStreamOptions)
            return true;
        if (reader.TokenType != JsonTokenType.StartObject)
            return facts.Fail("'stream_options' must be an object.", "stream_options");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isUsage = reader.ValueTextEquals("include_usage"u8);
            reader.Read();
            if (!(isUsage
                ? Values.Bool(ref reader, "stream_options.include_usage", facts, out facts.IncludeUsage)
                : Values.Skip(ref reader, facts)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool ReadSeed(ref Utf8JsonReader reader, RequestFacts facts) =>
        reader.TokenType == JsonTokenType.Null
        || (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out _))
        || facts.Fail("'seed' must be an integer.", "seed");

    private static bool ReadStop(ref Utf8JsonReader reader, RequestFacts facts)
    {
        if (reader.TokenType is JsonTokenType.Null or JsonTokenType.String)
            return true;
        if (reader.TokenType != JsonTokenType.StartArray)
            return facts.Fail("'stop' must be a string or an array of up to 4 strings.", "stop");
        for (var count = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            if (count == 4)
                return facts.Fail("'stop' may hold at most 4 strings.", "stop");
            if (reader.TokenType != JsonTokenType.String)
                return facts.Fail($"'stop[{count}]' must be a string.", $"stop[{count}]");
        }

        return true;
    }

    private static bool ReadLogitBias(ref Utf8JsonReader reader, RequestFacts facts)
    {
        facts.LogitBias = false;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartObject)
            return facts.Fail("'logit_bias' must be an object that maps token ids to numbers from -100 to 100.", "logit_bias");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!facts.CountValue())
                return false;
            if (!IsTokenId(ref reader))
                return facts.Fail("The names in 'logit_bias' must be token ids.", "logit_bias");
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var bias) || bias is < -100 or > 100)
                return facts.Fail("The values of 'logit_bias' must be numbers from -100 to 100.", "logit_bias");
            facts.LogitBias = true;
        }

        return true;
    }

    private static bool IsTokenId(ref Utf8JsonReader reader)
    {
        using var name = UnescapedText.Of(ref reader);
        return Utf8Parser.TryParse(name.Bytes, out uint _, out var used) && used == name.Bytes.Length;
    }

    private static bool ReadModalities(ref Utf8JsonReader reader, RequestFacts facts)
    {
        facts.AudioAnswer = false;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartArray)
            return facts.Fail("'modalities' must be an array of strings.", "modalities");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!facts.CountValue())
                return false;
            var isAudio = Values.Is(ref reader, "audio"u8);
            if (!isAudio && !Values.Is(ref reader, "text"u8))
                return facts.Fail("'modalities' must hold nothing but 'text' and 'audio'.", "modalities");
            facts.AudioAnswer |= isAudio;
        }

        return true;
    }
}
