using System.Globalization;
using System.Net.Http.Headers;

namespace ThotNet.Providers.Failures;

/// <summary>When a provider says to come again: headers and words (wire.md 1.5, 2.3, 3.3, 4.5).</summary>
internal static class RetryHints
{
    /// <summary>Longest wait that is believed: a day with its longest hour of change.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(25);

    private static readonly string[] WaitPhrases = ["try again in ", "retry in ", "retry after "];

    /// <summary>The wait that <c>retry-after-ms</c> or else <c>Retry-After</c> (seconds or a date) tells, or null.</summary>
    public static TimeSpan? FromHeaders(HttpResponseHeaders? headers, DateTimeOffset now)
    {
        if (TryNumber(First(headers, "retry-after-ms"), out var milliseconds))
            return Clamp(milliseconds / 1000);
        var text = First(headers, "Retry-After");
        if (TryNumber(text, out var seconds))
            return Clamp(seconds);
        return DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? Clamp((date - now).TotalSeconds)
            : null;
    }

    /// <summary>The wait until an absolute time in epoch milliseconds (or seconds, if it is too small for those), or null.</summary>
    public static TimeSpan? FromEpoch(string? text, DateTimeOffset now)
    {
        if (!TryNumber(text, out var number) || number < 1e9)
            return null;
        var milliseconds = number < 1e11 ? number * 1000 : number;
        return Clamp((milliseconds - now.ToUnixTimeMilliseconds()) / 1000);
    }

    /// <summary>The wait in words such as <c>Please try again in 4.77s</c>, or null.</summary>
    public static TimeSpan? FromWords(string message)
    {
        foreach (var phrase in WaitPhrases)
        {
            var at = message.IndexOf(phrase, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && GoDuration.TryParsePrefix(message.AsSpan(at + phrase.Length), out var wait, out _))
                return Clamp(wait.TotalSeconds);
        }

        return null;
    }

    /// <summary>The first value of a header, or null.</summary>
    public static string? First(HttpResponseHeaders? headers, string name) =>
        headers is not null && headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>A wait within zero and <see cref="Longest"/>.</summary>
    public static TimeSpan Clamp(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));

    // The words NaN and Infinity pass as numbers in every style.
    private static bool TryNumber(string? text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
