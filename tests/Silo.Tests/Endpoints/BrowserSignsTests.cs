using ThotNet.Silo.Endpoints;

namespace ThotNet.Silo.Tests.Endpoints;

public sealed class BrowserSignsTests
{
    private const string DesktopFirefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    [Theory]
    [InlineData("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36")]
    [InlineData("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36")]
    [InlineData("Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1")]
    [InlineData("Mozilla/5.0 (iPad; CPU OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1")]
    [InlineData("Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0")]
    [InlineData("Mozilla/5.0 (Android 14; Tablet; rv:140.0) Gecko/140.0 Firefox/140.0")]
    [InlineData("Mozilla/5.0 (Linux; Android 11; KFTRWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/126.4.1 like Chrome/126.0.6478.188 Safari/537.36")]
    [InlineData("Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5")]
    [InlineData("Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16")]
    public void Agent_OfAPhoneOrTablet_IsMobile(string agent) => Assert.Equal(("mobile", "User-Agent"), BrowserSigns.Read("", agent));

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15")]
    [InlineData("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/138.0.0.0 Safari/537.36")]
    [InlineData(DesktopFirefox)]
    public void Agent_OfADesktopBrowser_IsDesktop(string agent) => Assert.Equal(("desktop", "User-Agent"), BrowserSigns.Read("", agent));

    [Theory]
    [InlineData("")]
    [InlineData("OpenAI/Python 1.97.0")]
    [InlineData("AsyncOpenAI/Python 1.97.0")]
    [InlineData("OpenAI/JS 5.10.1")]
    [InlineData("OpenAI/2.15.0 (.NET 10.0.0; Linux)")]
    [InlineData("curl/8.5.0")]
    [InlineData("python-requests/2.32.4")]
    [InlineData("node")]
    [InlineData("okhttp/4.12.0")]
    [InlineData("Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A.230901.001)")]
    [InlineData("MyApp/1 CFNetwork/1410.0.3 Darwin/22.6.0")]
    [InlineData("PostmanRuntime/7.44.1")]
    [InlineData("Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.4648")]
    [InlineData("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)")]
    [InlineData("Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")]
    public void Agent_OfAProgram_IsNoBrowser(string agent)
    {
        Assert.Null(BrowserSigns.Read("", agent));
        Assert.Null(BrowserSigns.Read("?0", agent));
    }

    [Theory]
    [InlineData("?1", "mobile", "Sec-CH-UA-Mobile")]
    [InlineData(" ?0 ", "desktop", "Sec-CH-UA-Mobile")]
    [InlineData("1", "desktop", "User-Agent")]
    [InlineData("?2", "desktop", "User-Agent")]
    public void Hint_ThatIsValid_GoesBeforeTheAgent(string hint, string audience, string header) =>
        Assert.Equal((audience, header), BrowserSigns.Read(hint, DesktopFirefox));

    [Fact]
    public void Agent_IsReadUpToItsFirst512Characters()
    {
        var far = new string('x', BrowserSigns.MaxLength - "Gecko/".Length);

        Assert.Equal(("desktop", "User-Agent"), BrowserSigns.Read("", far + "Gecko/" + "Mobi"));
        Assert.Null(BrowserSigns.Read("", far + "xGecko/"));
        Assert.Null(BrowserSigns.Read(new string(' ', BrowserSigns.MaxLength) + "?1", ""));
    }
}
