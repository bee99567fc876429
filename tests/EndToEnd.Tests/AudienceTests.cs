using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace ThotNet.EndToEnd.Tests;

/// <summary>Kinds of callers, and what they are told in their language. Each test has a ThotNet of its own: what fails is remembered.</summary>
public sealed class AudienceTests : IAsyncLifetime
{
    private const string Secret = "secret-of-the-gateways";
    private const string Phone =
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36";

    private readonly int _siloPort = FreePort();
    private readonly StandaloneFixture _thotnet;

    public AudienceTests() => _thotnet = new StandaloneFixture(
        $"--THOTNET_GATEWAY_SECRET={Secret}", $"--ThotNet:Cluster:HttpPort={_siloPort}", "--ThotNet:Routing:Audiences:kiosk=gemini", "--ThotNet:Access:MayExplain=true");

    public ValueTask InitializeAsync() => _thotnet.InitializeAsync();

    public ValueTask DisposeAsync() => _thotnet.DisposeAsync();

    [Fact]
    public async Task Phone_WhoseProvidersAllFail_IsToldInItsLanguageAndNobodyElseIsAsked()
    {
        _thotnet.Simulator.SetFaults("""{"provider":"openrouter","status":503,"body":"{}"}""", """{"provider":"groq","status":503,"body":"{}"}""");

        using var response = await PostAsync("auto", ("User-Agent", Phone), ("Accept-Language", "es-MX,es;q=0.9,en;q=0.8"), ("x-thotnet-max-wait", "0"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("es", Assert.Single(response.Content.Headers.ContentLanguage));
        Assert.Equal(["Accept-Language"], response.Headers.Vary);
        var wait = Assert.Single(response.Headers.GetValues("Retry-After"));
        Assert.Equal(
            ($"El servicio no está disponible temporalmente. Inténtelo de nuevo en {wait} s.", "service_unavailable"), await ErrorAsync(response));
        Assert.Equal(["groq", "openrouter"], _thotnet.Simulator.Requests().Select(request => request.Provider).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Audience_NamedOrMeant_RestrictsWhoServes()
    {
        using var kiosk = await PostAsync("auto", ("x-thotnet-audience", "kiosk"), ("User-Agent", Phone));
        using var pinned = await PostAsync("gemini/gemini-3.5-flash-lite", ("Sec-CH-UA-Mobile", "?1"));
        using var unknown = await PostAsync("auto", ("x-thotnet-audience", "everybody"));
        using var program = await PostAsync("gemini/gemini-3.5-flash-lite", ("User-Agent", "OpenAI/Python 1.97.0"));

        Assert.Equal("gemini", Assert.Single(kiosk.Headers.GetValues("x-thotnet-provider")));
        Assert.Equal(HttpStatusCode.BadRequest, pinned.StatusCode);
        Assert.Equal(
            ("'model' and the header Sec-CH-UA-Mobile contradict each other: the model 'gemini/gemini-3.5-flash-lite' is served by gemini, "
                + "but the audience 'mobile' has only openrouter, groq.", "unsupported_model"),
            await ErrorAsync(pinned));
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        Assert.Equal("The header x-thotnet-audience must be one of: desktop, kiosk, mobile, power.", (await ErrorAsync(unknown)).Message);
        Assert.Equal(HttpStatusCode.OK, program.StatusCode);
    }

    [Fact]
    public async Task Decisions_AreToldToGatewaysOnly()
    {
        using var atGateway = await _thotnet.Client.GetAsync("/ops/api/decisions", TestContext.Current.CancellationToken);
        using var atSilo = await _thotnet.Client.GetAsync($"http://127.0.0.1:{_siloPort}/ops/api/decisions", TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{_siloPort}/ops/api/decisions");
        request.Headers.Add("x-thotnet-gateway-secret", Secret);
        using var asGateway = await _thotnet.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, atGateway.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, atSilo.StatusCode);
        Assert.Equal(HttpStatusCode.OK, asGateway.StatusCode);
        using var json = JsonDocument.Parse(await asGateway.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(JsonValueKind.Array, json.RootElement.GetProperty("decisions").ValueKind);
    }

    [Fact]
    public async Task Decision_IsToldToWhoAsksAndMay_WithAnAnswerAndWithAnError()
    {
        using var silent = await PostAsync("auto");
        using var served = await PostAsync("auto", ("x-thotnet-explain", "1"), ("x-thotnet-audience", "kiosk"));
        _thotnet.Simulator.SetFaults("""{"provider":"gemini","status":503,"body":"{}"}""");
        using var failed = await PostAsync("auto", ("x-thotnet-explain", "1"), ("x-thotnet-audience", "kiosk"), ("x-thotnet-max-wait", "0"));

        Assert.False(silent.Headers.Contains("x-thotnet-decision"));
        using var why = JsonDocument.Parse(Assert.Single(served.Headers.GetValues("x-thotnet-decision")));
        Assert.Equal("gemini/gemini-3.5-flash-lite", why.RootElement.GetProperty("chosen").GetString());
        Assert.Equal("kiosk", why.RootElement.GetProperty("audience").GetString());
        Assert.Equal("gemini/gemini-3.5-flash-lite", Assert.Single(why.RootElement.GetProperty("candidates").EnumerateArray()).GetProperty("target").GetString());
        Assert.True((int)failed.StatusCode >= 500);
        using var whyNot = JsonDocument.Parse(Assert.Single(failed.Headers.GetValues("x-thotnet-decision")));
        Assert.Equal(JsonValueKind.Null, whyNot.RootElement.GetProperty("chosen").ValueKind);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<(string Message, string? Code)> ErrorAsync(HttpResponseMessage response)
    {
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        var error = json.RootElement.GetProperty("error");
        return (error.GetProperty("message").GetString()!, error.GetProperty("code").GetString());
    }

    private async Task<HttpResponseMessage> PostAsync(string model, params (string Name, string Value)[] headers)
    {
        using var message = ChatPost.Of($$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hello"}]}""");
        foreach (var (name, value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return await _thotnet.Client.SendAsync(message, TestContext.Current.CancellationToken);
    }
}
