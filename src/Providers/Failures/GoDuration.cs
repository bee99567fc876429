using System.Buffers;
using System.Globalization;

namespace ThotNet.Providers.Failures;

/// <summary>Durations as Go prints them: <c>2m59.56s</c>, <c>350ms</c>, <c>1h0m0s</c> (wire.md 3.1). Google's <c>34.07s</c> is one too.</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>Longest duration that is believed.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>Reads a duration that fills the text.</summary>
    /// <returns>False for anything else, for negative ones and for those above <see cref="Longest"/>.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan value) =>
        TryParsePrefix(text, out value, out var length) && length == text.Length;

    /// <summary>Reads the duration with which the text begins.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The duration.</param>
    /// <param name="length">Number of characters that belong to it.</param>
    public static bool TryParsePrefix(ReadOnlySpan<char> text, out TimeSpan value, out int length)
    {
        value = default;
        length = 0;
        var ticks = 0.0;
        while (TryParseTerm(text[length..], out var term, out var taken))
        {
            ticks += term;
            length += taken;
        }

        if (length == 0 || ticks > Longest.Ticks)
            return false;
        value = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    private static bool TryParseTerm(ReadOnlySpan<char> text, out double ticks, out int taken)
    {
        ticks = 0;
        taken = 0;
        var digits = text.IndexOfAnyExcept(Digits);
        if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        var (unit, size) = FindUnit(text[digits..]);
        ticks = number * unit;
        taken = digits + size;
        return size > 0;
    }

    private static (double Ticks, int Length) FindUnit(ReadOnlySpan<char> text) =>
        text.StartsWith("ms") ? (TimeSpan.TicksPerMillisecond, 2)
        : text.StartsWith("us") || text.StartsWith("µs") || text.StartsWith("μs") ? (TimeSpan.TicksPerMicrosecond, 2)
        : text.StartsWith("ns") ? (TimeSpan.TicksPerMicrosecond / 1000.0, 2)
        : text.StartsWith("h") ? (TimeSpan.TicksPerHour, 1)
        : text.StartsWith("m") ? (TimeSpan.TicksPerMinute, 1)
        : text.StartsWith("s") ? (TimeSpan.TicksPerSecond, 1)
        : (0, 0);
}
