using System.Buffers.Text;

namespace ThotNet.Providers.Canonical;

/// <summary>
/// Numbers by value, exactly: by their decimal digits, never through a binary number. They are written without an exponent if that takes
/// <see cref="MostDigits"/> digits at most.
/// </summary>
internal static class CanonicalNumber
{
    /// <summary>Most bytes that a number can grow by.</summary>
    public const int MostAdded = MostDigits + 8;

    // As JavaScript writes its numbers.
    private const int MostDigits = 21;
    private const int MostLeadingZeros = 6;

    // Exponents of more digits are left as they are: their number has a form of its own for each way to write it.
    private const int MostExponentDigits = 9;

    /// <summary>Writes a JSON number.</summary>
    /// <param name="text">The number as it stands.</param>
    /// <param name="output">Longer by <see cref="MostAdded"/>.</param>
    /// <returns>The bytes written.</returns>
    public static int Write(ReadOnlySpan<byte> text, Span<byte> output)
    {
        if (text.Length <= MostDigits && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
            return Copy(text, output);
        var isNegative = text[0] == (byte)'-';
        var mantissa = isNegative ? text[1..] : text;
        var exponent = 0L;
        if (mantissa.IndexOfAny((byte)'e', (byte)'E') is >= 0 and var mark)
        {
            if (!TryReadExponent(mantissa[(mark + 1)..], out exponent) && mantissa[..mark].IndexOfAnyInRange((byte)'1', (byte)'9') >= 0)
                return Copy(text, output);
            mantissa = mantissa[..mark];
        }

        output[0] = (byte)'-';
        var written = isNegative ? 1 : 0;
        var digits = WriteDigits(mantissa, output[written..], ref exponent);
        return digits == 0 ? Copy("0"u8, output) : written + Place(output[written..], digits, exponent);
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, out long exponent)
    {
        var isNegative = text[0] == (byte)'-';
        var digits = text.TrimStart("+-"u8).TrimStart((byte)'0');
        exponent = 0;
        if (digits.Length > MostExponentDigits)
            return false;
        foreach (var digit in digits)
            exponent = (exponent * 10) + (digit - '0');
        exponent = isNegative ? -exponent : exponent;
        return true;
    }

    // The number is the digits as an integer, times ten to the power of the exponent. They neither begin nor end with a zero.
    private static int WriteDigits(ReadOnlySpan<byte> mantissa, Span<byte> output, ref long exponent)
    {
        var point = mantissa.IndexOf((byte)'.');
        var whole = (point < 0 ? mantissa : mantissa[..point]).TrimStart((byte)'0');
        var fraction = point < 0 ? default : mantissa[(point + 1)..];
        exponent -= fraction.Length;
        if (whole.IsEmpty)
            fraction = fraction.TrimStart((byte)'0');
        var written = Copy(whole, output);
        written += Copy(fraction, output[written..]);
        var digits = output[..written].TrimEnd((byte)'0').Length;
        exponent += written - digits;
        return digits;
    }

    // Puts the point, zeros or the exponent to the digits that stand at the beginning.
    private static int Place(Span<byte> output, int digits, long exponent)
    {
        var point = digits + exponent;
        if (exponent == 0 || (exponent > 0 && point <= MostDigits))
        {
            output[digits..(int)point].Fill((byte)'0');
            return (int)point;
        }

        if (exponent < 0 && point > 0)
        {
            output[(int)point..digits].CopyTo(output[((int)point + 1)..]);
            output[(int)point] = (byte)'.';
            return digits + 1;
        }

        if (exponent < 0 && point > -MostLeadingZeros)
        {
            var begin = 2 - (int)point;
            output[..digits].CopyTo(output[begin..]);
            output[..begin].Fill((byte)'0');
            output[1] = (byte)'.';
            return begin + digits;
        }

        output[digits] = (byte)'e';
        Utf8Formatter.TryFormat(exponent, output[(digits + 1)..], out var length);
        return digits + 1 + length;
    }

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> output)
    {
        text.CopyTo(output);
        return text.Length;
    }
}
