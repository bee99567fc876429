using System.Globalization;
using CsCheck;
using ThotNet.Hosting.Errors;

namespace ThotNet.Hosting.Tests.Errors;

public sealed class AcceptLanguageTests
{
    private const string Pieces = "es-n;q=0.15,* \t\u00e9";

    private static readonly string[] Tags = ["es", "es-MX", "en", "en-GB", "fr", "*"];

    [Theory]
    [InlineData("es")]
    [InlineData("ES-mx")]
    [InlineData("es-419")]
    [InlineData("es-ES,es;q=0.9,en;q=0.8")]
    [InlineData("es, en")]
    [InlineData("fr, es;q=0.1")]
    [InlineData("en;q=0.7 , es ; q=0.8")]
    [InlineData("en;q=0, *")]
    [InlineData("en;q=0.5, *;q=0.1, es-AR;Q=0.501")]
    [InlineData("es;q=0, es-MX;q=1.000")]
    [InlineData("en;q=0.9, es;q=0.2, es-CL")]
    [InlineData("es;q=0.301, en;q=0.3")]
    [InlineData(",, es,")]
    [InlineData("es, *")]
    public void Spanish_Preferred_Rfc9110(string header) => Assert.True(AcceptLanguage.PrefersSpanish(header));

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("en")]
    [InlineData("fr-FR, fr;q=0.9")]
    [InlineData("en, es")]
    [InlineData("en-US,en;q=0.9,es;q=0.8")]
    [InlineData("es;q=0")]
    [InlineData("es;q=0.5, *;q=0.8")]
    [InlineData("es;q=0.3, en;q=0.301")]
    [InlineData("*, es")]
    [InlineData("est, esx-MX, -es, e")]
    [InlineData("es;q=2, en;q=0.1")]
    [InlineData("es;q=, en;q=0.1")]
    [InlineData("es;q=-1, en;q=0.1")]
    [InlineData("es;q=1e0, en;q=0.1")]
    [InlineData("es;level=1")]
    [InlineData(";q=1, ;;, ==")]
    public void English_Otherwise_Rfc9110(string header) => Assert.False(AcceptLanguage.PrefersSpanish(header));

    [Fact]
    public void Languages_OfAnyQualities_TheBestQualityWinsThenTheFirst_Rfc9110() =>
        Gen.Select(Gen.Int[0, 5].Select(tag => Tags[tag]), Gen.Int[0, 4]).Array[0, 6].MustHold(
            ranges =>
            {
                var header = string.Join(", ", ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.Item1};q={range.Item2 / 4m:0.##}")));
                var (spanish, english) = (BestOf("es"), BestOf("en"));
                Assert.Equal(
                    spanish.Quality > english.Quality || (spanish.Quality == english.Quality && spanish.Place < english.Place),
                    AcceptLanguage.PrefersSpanish(header));

                (int Quality, int Place) BestOf(string language)
                {
                    var places = ranges.Index().Where(range => range.Item.Item1.Split('-')[0] == language).ToList();
                    places = places.Count > 0 ? places : [.. ranges.Index().Where(range => range.Item.Item1 == "*")];
                    return places.Count == 0 ? (0, 0) : places.Select(range => (range.Item.Item2, range.Index)).OrderByDescending(range => range.Item1).First();
                }
            },
            iter: 3_000);

    [Fact]
    public void Header_AnyText_IsRead() =>
        Gen.Int[0, Pieces.Length - 1].Select(piece => Pieces[piece]).Array[0, 600].MustHold(text => { AcceptLanguage.PrefersSpanish(new string(text)); }, iter: 1_000);

    [Fact]
    public void Header_IsReadUpToTheLastWholeLanguageOf512Characters()
    {
        var far = new string('x', AcceptLanguage.MaxLength - "es,".Length - 1) + ",";

        Assert.True(AcceptLanguage.PrefersSpanish(far + "es"));
        Assert.True(AcceptLanguage.PrefersSpanish(far + "es,en;q=0.5"));
        Assert.False(AcceptLanguage.PrefersSpanish(far + "est,es"));
        Assert.False(AcceptLanguage.PrefersSpanish(new string('e', 100_000)));
    }
}
