using System.Text.Json;
using ThotNet.Providers.Embeddings;

namespace ThotNet.Providers.Canonical;

/// <summary>Which top-level fields of an embeddings request are in its form (wire.md 1.7).</summary>
internal static class EmbeddingsForm
{
    /// <summary>Writes the form; false if there is none.</summary>
    public static bool Write(EmbeddingsRequest request, CanonicalJson form)
    {
        var body = request.Body.Span;
        var reader = new Utf8JsonReader(body);
        reader.Read();
        form.StartObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("model"u8) || reader.ValueTextEquals("user"u8))
                reader.Skip();
            else if (!(reader.ValueTextEquals("input"u8) ? WriteInput(ref reader, request, form) : form.WriteMember(ref reader)))
                return false;
        }

        form.EndObject(Stays);
        return true;
    }

    // One input asks for the same in an array and alone. A field that comes twice holds the last one's inputs each time.
    private static bool WriteInput(ref Utf8JsonReader reader, EmbeddingsRequest request, CanonicalJson form)
    {
        if (request.Inputs.Length > 1)
            return form.WriteMember(ref reader);
        reader.Skip();
        var input = new Utf8JsonReader(request.Body.Span[request.Inputs[0]]);
        input.Read();
        return form.WriteMember("input"u8, ref input);
    }

    private static bool Stays(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isLast) =>
        name.SequenceEqual("encoding_format"u8) ? isLast && !value.SequenceEqual("null"u8) && !value.SequenceEqual("\"float\""u8)
        : name.SequenceEqual("dimensions"u8) ? isLast && !value.SequenceEqual("null"u8)
        : isLast || !name.SequenceEqual("input"u8);
}
