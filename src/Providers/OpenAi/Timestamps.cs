using System.Buffers.Text;

namespace ThotNet.Providers.OpenAi;

/// <summary>The time at which an answer was made, in whole seconds (wire.md 1.2: anything else breaks clients).</summary>
internal static class Timestamps
{
    private const double LeastMilliseconds = 1e11;

    /// <summary>Seconds for a provider's <c>created</c>.</summary>
    /// <param name="value">The value as it stands: seconds, perhaps with a fraction, or milliseconds (wire.md 5.4), or nothing usable.</param>
    /// <param name="now">What is used instead.</param>
    public static long Seconds(ReadOnlySpan<byte> value, DateTimeOffset now)
    {
        if (!Utf8Parser.TryParse(value, out double number, out var used) || used != value.Length || number is not (>= 1 and < 1e15))
            return now.ToUnixTimeSeconds();
        return (long)(number >= LeastMilliseconds ? number / 1000 : number);
    }
}
