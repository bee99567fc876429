using System.Collections.Immutable;
using System.Text.Json;

namespace ThotNet.Providers.Embeddings;

/// <summary>Reads <c>input</c>: a text, an array of texts, an array of token ids, or an array of such arrays (wire.md 1.7).</summary>
internal static class InputReader
{
    private const string Kinds = "must be a string, an array of strings, an array of token ids or an array of arrays of token ids.";

    private delegate bool ReadItem(ref Utf8JsonReader reader, EmbeddingsFacts facts, int index);

    /// <summary>Reads the value that the reader stands on.</summary>
    public static bool Read(ref Utf8JsonReader reader, EmbeddingsFacts facts)
    {
        facts.Inputs = [];
        facts.HasTokenInputs = false;
        facts.Text = default;
        facts.Tokens = 0;
        return reader.TokenType switch
        {
            JsonTokenType.String => ReadOneText(ref reader, facts),
            JsonTokenType.StartArray => ReadArray(ref reader, facts),
            _ => facts.Fail($"'input' {Kinds}", "input"),
        };
    }

    private static bool ReadOneText(ref Utf8JsonReader reader, EmbeddingsFacts facts)
    {
        if (!CountText(ref reader, facts))
            return facts.Fail("'input' must not be empty.", "input");
        facts.Inputs = [RangeFrom(reader.TokenStartIndex, ref reader)];
        return true;
    }

    // The first item says of what kind all must be.
    private static bool ReadArray(ref Utf8JsonReader reader, EmbeddingsFacts facts)
    {
        var start = reader.TokenStartIndex;
        reader.Read();
        facts.HasTokenInputs = reader.TokenType is JsonTokenType.Number or JsonTokenType.StartArray;
        switch (reader.TokenType)
        {
            case JsonTokenType.EndArray:
                return facts.Fail("'input' must not be empty.", "input");
            case JsonTokenType.String:
                return ReadItems(ref reader, facts, ReadText);
            case JsonTokenType.StartArray:
                return ReadItems(ref reader, facts, ReadTokenArray);
            case JsonTokenType.Number:
                if (!ReadTokens(ref reader, facts, null))
                    return false;
                facts.Inputs = [RangeFrom(start, ref reader)];
                return true;
            default:
                return facts.Fail($"'input' {Kinds}", "input");
        }
    }

    private static bool ReadItems(ref Utf8JsonReader reader, EmbeddingsFacts facts, ReadItem readItem)
    {
        var inputs = ImmutableArray.CreateBuilder<Range>();
        do
        {
            if (inputs.Count == EmbeddingsRequestReader.MaxInputs)
                return facts.Fail($"'input' may hold at most {EmbeddingsRequestReader.MaxInputs} items.", "input");
            var start = reader.TokenStartIndex;
            if (!readItem(ref reader, facts, inputs.Count))
                return false;
            inputs.Add(RangeFrom(start, ref reader));
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray);

        facts.Inputs = inputs.ToImmutable();
        return true;
    }

    private static bool ReadText(ref Utf8JsonReader reader, EmbeddingsFacts facts, int index)
    {
        if (reader.TokenType != JsonTokenType.String)
            return Fail(facts, index, null, "must be a string, as the first item is.");
        return CountText(ref reader, facts) || Fail(facts, index, null, "must not be empty.");
    }

    private static bool ReadTokenArray(ref Utf8JsonReader reader, EmbeddingsFacts facts, int index)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return Fail(facts, index, null, "must be an array of token ids, as the first item is.");
        reader.Read();
        return reader.TokenType == JsonTokenType.EndArray
            ? Fail(facts, index, null, "must not be empty.")
            : ReadTokens(ref reader, facts, index);
    }

    // From the first id to the end of the array. The outer index is null where the ids are the whole input.
    private static bool ReadTokens(ref Utf8JsonReader reader, EmbeddingsFacts facts, int? outer)
    {
        var index = 0;
        do
        {
            if (!facts.CountValue())
                return false;
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var id) || id < 0)
                return Fail(facts, outer ?? index, outer is null ? null : index, $"must be a token id: an integer from 0 to {int.MaxValue}.");
            index++;
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray);

        facts.Tokens += index;
        return true;
    }

    private static bool CountText(ref Utf8JsonReader reader, EmbeddingsFacts facts)
    {
        facts.Texts.Add(ref reader, ref facts.Text);
        return reader.ValueSpan.Length > 0;
    }

    private static Range RangeFrom(long start, ref Utf8JsonReader reader) => (int)start..(int)reader.BytesConsumed;

    private static bool Fail(EmbeddingsFacts facts, int index, int? inner, string problem)
    {
        var param = inner is null ? $"input[{index}]" : $"input[{index}][{inner}]";
        return facts.Fail($"'{param}' {problem}", param);
    }
}
