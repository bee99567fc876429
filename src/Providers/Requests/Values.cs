using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace ThotNet.Providers.Requests;

/// <summary>Checks of single values. Each leaves the reader on the last token of the value; null is taken as absent unless said otherwise.</summary>
internal static class Values
{
    /// <summary>A value that nothing is asked of. What is in it counts, so that a body of nothing but tiny values is not read to its end.</summary>
    public static bool Skip(ref Utf8JsonReader reader, BodyFacts facts)
    {
        if (!facts.CountValue())
            return false;
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return true;
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (!facts.CountValue())
                return false;
        }

        return true;
    }

    /// <summary>A boolean; null is false.</summary>
    public static bool Bool(ref Utf8JsonReader reader, string param, BodyFacts facts, out bool value)
    {
        value = reader.TokenType == JsonTokenType.True;
        return value || reader.TokenType is JsonTokenType.False or JsonTokenType.Null
            || facts.Fail($"'{param}' must be a boolean.", param);
    }

    /// <summary>An integer within a range.</summary>
    public static bool Int(ref Utf8JsonReader reader, string param, int least, int most, BodyFacts facts, out int? value)
    {
        value = null;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var number) || number < least || number > most)
            return facts.Fail(string.Create(CultureInfo.InvariantCulture, $"'{param}' must be an integer from {least} to {most}."), param);
        value = number;
        return true;
    }

    /// <summary>A number within a range.</summary>
    public static bool Number(ref Utf8JsonReader reader, string param, double least, double most, BodyFacts facts, out double? value)
    {
        value = null;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var number) || number < least || number > most)
            return facts.Fail(string.Create(CultureInfo.InvariantCulture, $"'{param}' must be a number from {least} to {most}."), param);
        value = number;
        return true;
    }

    /// <summary>A string.</summary>
    public static bool Text(ref Utf8JsonReader reader, string param, BodyFacts facts) =>
        reader.TokenType is JsonTokenType.String or JsonTokenType.Null || facts.Fail($"'{param}' must be a string.", param);

    /// <summary>An object of which nothing more is asked.</summary>
    public static bool Object(ref Utf8JsonReader reader, string param, BodyFacts facts)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null))
            return facts.Fail($"'{param}' must be an object.", param);
        return Skip(ref reader, facts);
    }

    /// <summary>True for that string.</summary>
    public static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> word) =>
        reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(word);

    /// <summary>True for a string that is not empty.</summary>
    public static bool HasText(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0;

    /// <summary>The name of a model: not empty, not longer than <see cref="BodyReader.MaxModelLength"/>, never null.</summary>
    public static bool Name(ref Utf8JsonReader reader, string param, BodyFacts facts, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (!HasText(ref reader))
            return facts.Fail($"'{param}' must be a non-empty string.", param);

        // Escaped text is at most 6 times as long, so nothing larger than that is worth a string.
        var text = reader.ValueSpan.Length <= BodyReader.MaxModelLength * 6 ? reader.GetString()! : null;
        if (text is null || text.Length > BodyReader.MaxModelLength)
            return facts.Fail($"'{param}' must not be longer than {BodyReader.MaxModelLength} characters.", param);
        if (string.IsNullOrWhiteSpace(text))
            return facts.Fail($"'{param}' must be a non-empty string.", param);
        name = text;
        return true;
    }
}
