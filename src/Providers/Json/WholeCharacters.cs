using System.Buffers;
using System.Buffers.Text;

namespace ThotNet.Providers.Json;

/// <summary>
/// JSON without escapes that are half of a surrogate pair. Such a half is valid JSON but no Unicode; Google refuses a request for one. It becomes
/// U+FFFD, which takes as many bytes, so that everything else stays where it was.
/// </summary>
internal readonly ref struct WholeCharacters
{
    private const int EscapeLength = 6;

    private readonly byte[]? _rented;

    private WholeCharacters(ReadOnlySpan<byte> json, byte[]? rented)
    {
        Json = json;
        _rented = rented;
    }

    /// <summary>The JSON: the one given where nothing was wrong with it, else a copy that is valid until disposal.</summary>
    public ReadOnlySpan<byte> Json { get; }

    /// <summary>Looks through JSON.</summary>
    public static WholeCharacters Of(ReadOnlySpan<byte> json)
    {
        var at = json.IndexOf("\\u"u8) < 0 ? -1 : FindHalf(json, 0);
        if (at < 0)
            return new WholeCharacters(json, null);
        var rented = ArrayPool<byte>.Shared.Rent(json.Length);
        var copy = rented.AsSpan(0, json.Length);
        json.CopyTo(copy);
        for (; at >= 0; at = FindHalf(copy, at + EscapeLength))
            "\\ufffd"u8.CopyTo(copy[at..]);
        return new WholeCharacters(copy, rented);
    }

    /// <summary>Gives rented memory back.</summary>
    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }

    // The search begins outside of escapes.
    private static int FindHalf(ReadOnlySpan<byte> json, int from)
    {
        while (json[from..].IndexOf((byte)'\\') is >= 0 and var distance)
        {
            var at = from + distance;
            if (UnitAt(json, at) is not { } unit)
                from = Math.Min(at + 2, json.Length);
            else if (!char.IsSurrogate(unit))
                from = at + EscapeLength;
            else if (char.IsHighSurrogate(unit) && UnitAt(json, at + EscapeLength) is { } next && char.IsLowSurrogate(next))
                from = at + (2 * EscapeLength);
            else
                return at;
        }

        return -1;
    }

    // The UTF-16 unit of the escape that begins there, or null if none does.
    private static char? UnitAt(ReadOnlySpan<byte> json, int at) =>
        json.Length >= at + EscapeLength && json[at] == (byte)'\\' && json[at + 1] == (byte)'u'
        && Utf8Parser.TryParse(json.Slice(at + 2, 4), out ushort unit, out var used, 'x') && used == 4
            ? (char)unit
            : null;
}
