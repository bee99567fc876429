using Microsoft.Net.Http.Headers;

namespace ThotNet.Hosting.Errors;

/// <summary>Reads the request header <c>Accept-Language</c> (RFC 9110, 12.5.4) to choose between English, the default, and Spanish.</summary>
internal static class AcceptLanguage
{
    /// <summary>How many characters of the header are looked at; a language that does not end within them is not read.</summary>
    public const int MaxLength = 512;

    /// <summary>Whether Spanish of any country is preferred to English: by quality, or by coming first.</summary>
    /// <param name="header">The header's value; empty without one.</param>
    public static bool PrefersSpanish(string header)
    {
        if (header.Length > MaxLength)
            header = header[..Math.Max(0, header.LastIndexOf(',', MaxLength - 1))];
        if (!StringWithQualityHeaderValue.TryParseList([header], out var wishes))
            return false;
        var (spanish, english) = (BestOf(wishes, "es"), BestOf(wishes, "en"));
        return spanish.Quality > english.Quality || (spanish.Quality == english.Quality && spanish.Place < english.Place);
    }

    private static (double Quality, int Place) BestOf(IList<StringWithQualityHeaderValue> wishes, string language) =>
        BestOf(wishes, tag => Is(tag, language)) ?? BestOf(wishes, tag => tag is "*") ?? default;

    private static (double Quality, int Place)? BestOf(IList<StringWithQualityHeaderValue> wishes, Func<string, bool> isMeant)
    {
        (double Quality, int Place)? best = null;
        for (var place = 0; place < wishes.Count; place++)
        {
            var quality = wishes[place].Quality ?? 1;
            if (isMeant(wishes[place].Value.ToString()) && !(best?.Quality >= quality))
                best = (quality, place);
        }

        return best;
    }

    private static bool Is(string tag, string language) => tag.Split('-')[0].Equals(language, StringComparison.OrdinalIgnoreCase);
}
