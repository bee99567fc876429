using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ThotNet.Providers.Canonical;

/// <summary>
/// Strings by value: nothing is escaped but quotes, backslashes and control characters, and those always in the same way. A string without escapes
/// is in that form already, and none gets longer by it.
/// </summary>
internal static class CanonicalString
{
    private const int EscapeLength = 6;

    /// <summary>Writes the inside of an escaped JSON string.</summary>
    /// <param name="text">The string, without its quotes.</param>
    /// <param name="output">At least as long.</param>
    /// <returns>The bytes written, or -1 if it holds half of a surrogate pair.</returns>
    public static int Write(ReadOnlySpan<byte> text, Span<byte> output)
    {
        var written = 0;
        while (text.IndexOf((byte)'\\') is >= 0 and var plain)
        {
            text[..plain].CopyTo(output[written..]);
            written += plain;
            text = text[plain..];
            var read = WriteEscape(text, output, ref written);
            if (read == 0)
                return -1;
            text = text[read..];
        }

        text.CopyTo(output[written..]);
        return written + text.Length;
    }

    // The reader has seen that every escape is complete. Returns the bytes read; 0 for half of a pair.
    private static int WriteEscape(ReadOnlySpan<byte> text, Span<byte> output, ref int written)
    {
        if (text[1] != (byte)'u')
        {
            if (text[1] != (byte)'/')
                output[written++] = (byte)'\\';
            output[written++] = text[1];
            return 2;
        }

        var unit = UnitOf(text);
        if (!char.IsSurrogate(unit))
        {
            WriteCharacter(new Rune(unit), output, ref written);
            return EscapeLength;
        }

        if (text.Length < 2 * EscapeLength || !text[EscapeLength..].StartsWith("\\u"u8) || !Rune.TryCreate(unit, UnitOf(text[EscapeLength..]), out var pair))
            return 0;
        WriteCharacter(pair, output, ref written);
        return 2 * EscapeLength;
    }

    private static char UnitOf(ReadOnlySpan<byte> escape) =>
        Utf8Parser.TryParse(escape.Slice(2, 4), out ushort unit, out _, 'x') ? (char)unit : throw new FormatException("not a JSON escape");

    private static void WriteCharacter(Rune character, Span<byte> output, ref int written)
    {
        var letter = character.Value switch
        {
            '"' => (byte)'"',
            '\\' => (byte)'\\',
            '\b' => (byte)'b',
            '\f' => (byte)'f',
            '\n' => (byte)'n',
            '\r' => (byte)'r',
            '\t' => (byte)'t',
            < ' ' => (byte)'u',
            _ => (byte)0,
        };
        if (letter == 0)
        {
            written += character.EncodeToUtf8(output[written..]);
            return;
        }

        output[written++] = (byte)'\\';
        output[written++] = letter;
        if (letter != (byte)'u')
            return;
        Utf8Formatter.TryFormat((byte)character.Value, output[written..], out var digits, new StandardFormat('x', 4));
        written += digits;
    }
}
