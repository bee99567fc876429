using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text.Json;

namespace ThotNet.Providers.Embeddings;

/// <summary>Writes vectors in the form that the caller asked for, whatever form the provider gave them in (wire.md 1.7).</summary>
internal static class VectorWriter
{
    private const int Size = sizeof(float);

    // The largest float has 39 digits, so a shorter number without an exponent is finite.
    private const int SurelyFinite = 38;

    /// <summary>
    /// Writes the vector that the reader stands on, an array of numbers or a base64 string of little-endian float32, as the value of the current
    /// property. The reader is left on the last token of the value.
    /// </summary>
    /// <param name="reader">A reader over the whole of <paramref name="json"/>.</param>
    /// <param name="json">The bytes that the reader reads.</param>
    /// <param name="base64">Write base64 instead of an array of numbers.</param>
    /// <param name="writer">Where it goes.</param>
    /// <returns>Its length, or -1 if it is not a vector of at least one finite number; then nothing was written.</returns>
    public static int Write(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json, bool base64, Utf8JsonWriter writer) => reader.TokenType switch
    {
        JsonTokenType.StartArray => WriteNumbers(ref reader, json, base64, writer),
        JsonTokenType.String => WriteBase64(ref reader, base64, writer),
        _ => Refuse(ref reader),
    };

    private static int WriteNumbers(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json, bool base64, Utf8JsonWriter writer)
    {
        var start = reader;
        var length = CountNumbers(ref reader);
        if (length <= 0)
        {
            reader = start;
            return Refuse(ref reader);
        }

        if (!base64)
            writer.WriteRawValue(json[(int)start.TokenStartIndex..(int)reader.BytesConsumed], skipInputValidation: true);
        else
            WriteAsBase64(start, length, writer);
        return length;
    }

    private static int CountNumbers(scoped ref Utf8JsonReader reader)
    {
        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            if (reader.TokenType != JsonTokenType.Number || !IsFinite(ref reader))
                return -1;
        }

        return count;
    }

    private static bool IsFinite(scoped ref Utf8JsonReader reader) =>
        (reader.ValueSpan.Length <= SurelyFinite && !reader.ValueSpan.ContainsAny((byte)'e', (byte)'E'))
        || (reader.TryGetSingle(out var number) && float.IsFinite(number));

    private static void WriteAsBase64(Utf8JsonReader reader, int length, Utf8JsonWriter writer)
    {
        var rented = ArrayPool<byte>.Shared.Rent(length * Size);
        var bytes = rented.AsSpan(0, length * Size);
        for (var rest = bytes; reader.Read() && reader.TokenType != JsonTokenType.EndArray; rest = rest[Size..])
            BinaryPrimitives.WriteSingleLittleEndian(rest, reader.GetSingle());
        writer.WriteBase64StringValue(bytes);
        ArrayPool<byte>.Shared.Return(rented);
    }

    private static int WriteBase64(scoped ref Utf8JsonReader reader, bool base64, Utf8JsonWriter writer)
    {
        var rented = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            var text = rented.AsSpan(0, reader.CopyString(rented));
            if (Base64.DecodeFromUtf8InPlace(text, out var size) != OperationStatus.Done || !IsVector(text[..size]))
                return -1;
            if (base64)
                writer.WriteBase64StringValue(text[..size]);
            else
                WriteArray(text[..size], writer);
            return size / Size;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static bool IsVector(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length % Size != 0)
            return false;
        for (; !bytes.IsEmpty; bytes = bytes[Size..])
        {
            if (!float.IsFinite(BinaryPrimitives.ReadSingleLittleEndian(bytes)))
                return false;
        }

        return true;
    }

    private static void WriteArray(ReadOnlySpan<byte> bytes, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        for (; !bytes.IsEmpty; bytes = bytes[Size..])
            writer.WriteNumberValue(BinaryPrimitives.ReadSingleLittleEndian(bytes));
        writer.WriteEndArray();
    }

    private static int Refuse(scoped ref Utf8JsonReader reader)
    {
        reader.Skip();
        return -1;
    }
}
