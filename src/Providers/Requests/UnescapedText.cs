using System.Buffers;
using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Requests;

/// <summary>The bytes of a string with its JSON escapes undone: the body's own where there are none, else rented ones.</summary>
internal readonly ref struct UnescapedText
{
    private readonly byte[]? _rented;

    private UnescapedText(ReadOnlySpan<byte> bytes, byte[]? rented)
    {
        Bytes = bytes;
        _rented = rented;
    }

    /// <summary>The text; valid until disposal.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The string that the reader stands on, which reads one whole span.</summary>
    /// <exception cref="InvalidOperationException">It holds an escaped half of a surrogate pair.</exception>
    public static UnescapedText Of(scoped ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return new UnescapedText(reader.ValueSpan, null);
        var rented = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            return new UnescapedText(rented.AsSpan(0, reader.CopyString(rented)), rented);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(rented);
            throw;
        }
    }

    /// <summary>The text of a JSON value; empty for what is no string.</summary>
    /// <exception cref="InvalidOperationException">It holds an escaped half of a surrogate pair.</exception>
    public static UnescapedText OrEmpty(ReadOnlySpan<byte> json)
    {
        if (!JsonBytes.IsString(json))
            return default;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return Of(ref reader);
    }

    /// <summary>Gives rented memory back.</summary>
    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }
}
