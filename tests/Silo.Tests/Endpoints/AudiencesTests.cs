using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using ThotNet.Hosting.Configuration;
using ThotNet.Routing;
using ThotNet.Silo.Endpoints;

namespace ThotNet.Silo.Tests.Endpoints;

public sealed class AudiencesTests
{
    private const string DesktopChrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36";
    private const string Phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";

    private readonly ThotNetOptions _options = new();

    [Fact]
    public void Header_NamesAnAudience_WhateverElseIsSaid()
    {
        var audience = Find(("x-thotnet-audience", " Power "), ("Sec-CH-UA-Mobile", "?1"), ("User-Agent", Phone));

        Assert.Equal(("power", "x-thotnet-audience"), (audience!.Name, audience.Header));
        Assert.Equal(["openrouter", "groq", "gemini", "webllm"], audience.Providers);
    }

    [Theory]
    [InlineData("tablet")]
    [InlineData("")]
    [InlineData("mobile,desktop")]
    public void Header_NamesNone_Is400ThatNamesTheAllowedOnes(string name)
    {
        _options.Routing.Audiences["tv"] = "groq";
        var error = new Audiences(_options).Find(Headers(("x-thotnet-audience", name)), out _);

        Assert.Equal((400, "x-thotnet-audience"), (error!.Status, error.Param));
        Assert.Equal("The header x-thotnet-audience must be one of: desktop, mobile, power, tv.", error.Message);
    }

    [Fact]
    public void Header_Twice_Is400()
    {
        var headers = new HeaderDictionary { ["x-thotnet-audience"] = new StringValues(["mobile", "desktop"]) };

        Assert.Equal(400, new Audiences(_options).Find(headers, out _)!.Status);
    }

    [Fact]
    public void Browser_WithoutTheHeader_IsTheAudienceThatItsSignsMean()
    {
        Assert.Equal(("mobile", "User-Agent"), NameOf(Find(("User-Agent", Phone))));
        Assert.Equal(("mobile", "Sec-CH-UA-Mobile"), NameOf(Find(("Sec-CH-UA-Mobile", "?1"), ("User-Agent", DesktopChrome))));
        Assert.Equal(("desktop", "Sec-CH-UA-Mobile"), NameOf(Find(("Sec-CH-UA-Mobile", "?0"), ("User-Agent", DesktopChrome))));
    }

    [Fact]
    public void Browser_OfAnAudienceThatIsNotConfigured_HasNone()
    {
        _options.Routing.Audiences.Remove("mobile");

        Assert.Null(Find(("User-Agent", Phone)));
    }

    [Fact]
    public void Program_HasNoAudience()
    {
        Assert.Null(Find());
        Assert.Null(Find(("User-Agent", "OpenAI/Python 1.97.0")));
    }

    private static (string Name, string Header) NameOf(Audience? audience) => (audience!.Name, audience.Header);

    private static HeaderDictionary Headers(params (string Name, string Value)[] headers) =>
        new(headers.ToDictionary(header => header.Name, header => new StringValues(header.Value), StringComparer.OrdinalIgnoreCase));

    private Audience? Find(params (string Name, string Value)[] headers)
    {
        Assert.Null(new Audiences(_options).Find(Headers(headers), out var audience));
        return audience;
    }
}
