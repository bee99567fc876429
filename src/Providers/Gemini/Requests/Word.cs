using System.Buffers.Text;
using System.Text.Json;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Compares names and words with plain ASCII ones. Never throws, unlike the reader's own comparison, which does over bad escapes.</summary>
internal static class Word
{
    private const int EscapeLength = 6;

    /// <summary>True if the name or string that the reader stands on is that word.</summary>
    public static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> word) =>
        reader.ValueIsEscaped ? IsEscaped(reader.ValueSpan, word) : reader.ValueSpan.SequenceEqual(word);

    /// <summary>True if a JSON value is a string with that word.</summary>
    public static bool Is(ReadOnlySpan<byte> json, ReadOnlySpan<byte> word) =>
        json is [(byte)'"', .. var text, (byte)'"'] && IsEscaped(text, word);

    private static bool IsEscaped(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
    {
        foreach (var wanted in word)
        {
            if (!TryTake(ref text, out var letter) || letter != wanted)
                return false;
        }

        return text.IsEmpty;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, out ushort letter)
    {
        letter = 0;
        if (text.IsEmpty)
            return false;
        if (text[0] != (byte)'\\')
        {
            letter = text[0];
            text = text[1..];
            return true;
        }

        if (text.Length < EscapeLength || text[1] != (byte)'u'
            || !Utf8Parser.TryParse(text[2..EscapeLength], out letter, out var used, 'x') || used != 4)
        {
            return false;
        }

        text = text[EscapeLength..];
        return true;
    }
}
