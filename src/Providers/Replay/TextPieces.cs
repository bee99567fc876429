namespace ThotNet.Providers.Replay;

/// <summary>Cuts the inside of a JSON string into pieces that are JSON strings themselves, and whole characters.</summary>
internal static class TextPieces
{
    /// <summary>Bytes of a piece, about: a few tokens.</summary>
    public const int Size = 64;

    private const int EscapeLength = 6;

    /// <summary>Length of the first piece.</summary>
    /// <param name="text">The inside of a valid JSON string, without quotes; it does not begin within a character.</param>
    public static int FirstLength(ReadOnlySpan<byte> text)
    {
        if (text.Length <= Size)
            return text.Length;
        var at = text[..Size].IndexOf((byte)'\\');
        if (at < 0)
            at = Size;
        while (at < Size)
            at += UnitLength(text[at..]);
        while (at < text.Length && (text[at] & 0xC0) == 0x80)
            at++;
        return at;
    }

    // A byte, an escape, or two escapes that make up one character.
    private static int UnitLength(ReadOnlySpan<byte> text)
    {
        if (text[0] != (byte)'\\')
            return 1;
        if (text[1] != (byte)'u')
            return 2;
        return IsHalf(text, "89abAB"u8) && IsHalf(text[EscapeLength..], "cdefCDEF"u8) ? 2 * EscapeLength : EscapeLength;
    }

    // Halves of surrogate pairs are \ud800 to \udbff and \udc00 to \udfff.
    private static bool IsHalf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> thirdDigits) =>
        text is [(byte)'\\', (byte)'u', (byte)'d' or (byte)'D', var digit, _, _, ..] && thirdDigits.Contains(digit);
}
