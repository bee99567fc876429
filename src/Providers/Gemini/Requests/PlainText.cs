using System.Buffers;
using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>The text of a JSON string without its escapes, in rented memory where there were any.</summary>
internal readonly ref struct PlainText : IDisposable
{
    private readonly byte[]? _rented;

    private PlainText(ReadOnlySpan<byte> bytes, byte[]? rented)
    {
        Bytes = bytes;
        _rented = rented;
    }

    /// <summary>The text; empty when the value was no string, or had an escape that is no Unicode.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Reads a JSON value.</summary>
    public static PlainText Of(ReadOnlySpan<byte> json)
    {
        if (!JsonBytes.IsString(json))
            return default;
        if (!json.Contains((byte)'\\'))
            return new PlainText(json[1..^1], null);
        var rented = ArrayPool<byte>.Shared.Rent(json.Length);
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            return new PlainText(rented.AsSpan(0, reader.CopyString(rented)), rented);
        }
        catch (InvalidOperationException)
        {
            return new PlainText(default, rented);
        }
    }

    /// <summary>True if two JSON strings say the same.</summary>
    public static bool Same(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        if (one.SequenceEqual(other))
            return true;
        if (!one.Contains((byte)'\\') && !other.Contains((byte)'\\'))
            return false;
        using var first = Of(one);
        using var second = Of(other);
        return !first.Bytes.IsEmpty && first.Bytes.SequenceEqual(second.Bytes);
    }

    /// <summary>Gives the memory back; <see cref="Bytes"/> must not be used afterwards.</summary>
    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }
}
