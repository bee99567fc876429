using System.Globalization;

namespace ThotNet.Hosting.Errors;

/// <summary>Reads the request header <c>Accept-Language</c> (RFC 9110, 12.5.4) to choose between English, the default, and Spanish.</summary>
internal static class AcceptLanguage
{
    /// <summary>How many characters of the header are looked at; a language that does not end within them is not read.</summary>
    public const int MaxLength = 512;

    /// <summary>Whether Spanish of any country is preferred to English: by quality, or by coming first.</summary>
    /// <param name="header">The header's value; empty without one.</param>
    public static bool PrefersSpanish(ReadOnlySpan<char> header)
    {
        if (header.Length > MaxLength)
            header = header[..Math.Max(0, header[..MaxLength].LastIndexOf(','))];
        Wish? english = null, spanish = null, any = null;
        foreach (var place in header.Split(','))
        {
            var range = header[place];
            var tag = range[..EndOf(range, ';')].Trim();
            if (QualityOf(range[EndOf(range, ';')..]) is not { } quality)
                continue;
            var wish = new Wish(quality, place.Start.Value);
            if (IsLanguage(tag, "en"))
                english = Better(english, wish);
            else if (IsLanguage(tag, "es"))
                spanish = Better(spanish, wish);
            else if (tag is "*")
                any = Better(any, wish);
        }

        var (one, other) = (spanish ?? any ?? default, english ?? any ?? default);
        return one.Quality > other.Quality || (one.Quality == other.Quality && one.Place < other.Place);
    }

    private static int EndOf(ReadOnlySpan<char> range, char separator) => range.IndexOf(separator) is >= 0 and var end ? end : range.Length;

    private static bool IsLanguage(ReadOnlySpan<char> tag, string language) =>
        tag[..EndOf(tag, '-')].Equals(language, StringComparison.OrdinalIgnoreCase);

    // 1 without a quality, null for one that cannot be read.
    private static decimal? QualityOf(ReadOnlySpan<char> parameter) => parameter.Trim() switch
    {
        [] => 1,
        [';', .. var quality] when quality.TrimStart() is ['q' or 'Q', '=', .. { Length: <= 5 } number]
            && decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value <= 1 => value,
        _ => null,
    };

    private static Wish Better(Wish? one, Wish other) => one is { } first && first.Quality >= other.Quality ? first : other;

    private readonly record struct Wish(decimal Quality, int Place);
}
