using System.Globalization;
using System.Text.Unicode;

namespace ThotNet.Providers.Tokens;

/// <summary>
/// Cuts the inside of a JSON string, or any valid UTF-8, into pieces of UTF-16 that fit a small buffer. Half a surrogate pair, which JSON can
/// write, stays what it is.
/// </summary>
internal ref struct TextPieces(ReadOnlySpan<byte> text, bool isEscaped)
{
    // No character needs more bytes for each of its UTF-16 units.
    private const int MaxBytesPerUnit = 3;

    private ReadOnlySpan<byte> _rest = text;

    /// <summary>Bytes that have not been read yet.</summary>
    public readonly int BytesLeft => _rest.Length;

    /// <summary>Fills the buffer, as far as there is text.</summary>
    /// <param name="buffer">At least 2 long.</param>
    /// <returns>The characters written; 0 at the end.</returns>
    public int Read(scoped Span<char> buffer)
    {
        var written = 0;
        while (!_rest.IsEmpty && written < buffer.Length)
        {
            var window = _rest[..Math.Min(_rest.Length, (buffer.Length - written) * MaxBytesPerUnit)];
            var plain = isEscaped ? window.IndexOf((byte)'\\') : -1;
            if (plain == 0)
            {
                buffer[written++] = ReadEscape();
                continue;
            }

            Utf8.ToUtf16(plain < 0 ? window : window[..plain], buffer[written..], out var read, out var units, replaceInvalidSequences: false, isFinalBlock: false);
            if (read == 0)
                break;
            _rest = _rest[read..];
            written += units;
        }

        return written;
    }

    // The reader has seen that every escape is complete.
    private char ReadEscape()
    {
        var kind = _rest[1];
        if (kind == 'u')
        {
            var unit = ushort.Parse(_rest.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            _rest = _rest[6..];
            return (char)unit;
        }

        _rest = _rest[2..];
        return kind switch
        {
            (byte)'n' => '\n',
            (byte)'t' => '\t',
            (byte)'r' => '\r',
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            _ => (char)kind,
        };
    }
}
