using System.Globalization;
using System.Text;

namespace ThotNet.ProviderSimulator.Dialects;

/// <summary>
/// Durations as Go writes them and Groq's headers have them: <c>2m59.56s</c>, <c>6s</c>, <c>350ms</c>, <c>0s</c> (wire.md 3.1).
/// </summary>
internal static class GoDuration
{
    private const int TicksPerMicrosecond = 10;

    /// <summary>The text, to the millisecond, rounded up so that waiting that long is always enough.</summary>
    public static string Format(TimeSpan duration)
    {
        var milliseconds = Wire.Milliseconds(duration);
        if (duration.Ticks <= 0)
            return "0s";
        if (duration.Ticks < TimeSpan.TicksPerMillisecond)
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, duration.Ticks / TicksPerMicrosecond)}µs");
        if (milliseconds < 1000)
            return string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
        var text = new StringBuilder();
        var (hours, minutes) = (milliseconds / 3_600_000, milliseconds / 60_000 % 60);
        if (hours > 0)
            text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        if (hours > 0 || minutes > 0)
            text.Append(CultureInfo.InvariantCulture, $"{minutes}m");
        return text.Append(CultureInfo.InvariantCulture, $"{milliseconds % 60_000 / 1000m:0.###}s").ToString();
    }
}
