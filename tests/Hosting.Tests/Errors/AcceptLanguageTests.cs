using ThotNet.Hosting.Errors;

namespace ThotNet.Hosting.Tests.Errors;

public sealed class AcceptLanguageTests
{
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
    [InlineData("es;q=0.3, en;q=0.3001")]
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
    [InlineData("es;q=0.12345")]
    [InlineData(";q=1, ;;, ==")]
    public void English_Otherwise_Rfc9110(string header) => Assert.False(AcceptLanguage.PrefersSpanish(header));

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
