using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ThotNet.Routing;

namespace ThotNet.Silo.Tests.Pipeline;

/// <summary>What a caller reads whose request nobody could serve, in its own language.</summary>
public sealed class ErrorLanguageTests : IDisposable
{
    private readonly PipelineFixture _pipeline = new();

    public void Dispose() => _pipeline.Dispose();

    [Theory]
    [InlineData("es-MX,es;q=0.9,en;q=0.8", "El servicio no está disponible temporalmente. Inténtelo de nuevo en 7 s.", "es")]
    [InlineData("en", "The service is temporarily unavailable. Try again in 7 s.", "en")]
    public async Task AllTargetsFail_Is503ThatSaysWhen(string language, string message, string told)
    {
        LetChoose();
        _pipeline.Http.Request.Headers.AcceptLanguage = language;
        using var provider = new FakeProvider(async (request, _) =>
        {
            await FakeProvider.Take(request);
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Headers = { RetryAfter = new(TimeSpan.FromSeconds(7)) } };
        });

        var (http, _) = await _pipeline.HandleAsync(provider);

        Assert.Equal((503, "7", told), (http.Response.StatusCode, http.Response.Headers.RetryAfter.ToString(), http.Response.Headers.ContentLanguage.ToString()));
        Assert.Equal("Accept-Language", http.Response.Headers.Vary.ToString());
        Assert.Equal((message, "service_unavailable"), ErrorOf(BodyOf(http)));
    }

    [Fact]
    public async Task AllTargetsFail_WithoutATime_SaysFiveSeconds()
    {
        LetChoose();
        using var provider = FakeProvider.Answers(500, "{}");

        var (http, _) = await _pipeline.HandleAsync(provider);

        Assert.Equal(("The service is temporarily unavailable. Try again in 5 s.", "service_unavailable"), ErrorOf(BodyOf(http)));
    }

    [Fact]
    public async Task OnlyTargetFails_IsWhatItsProviderSaid()
    {
        _pipeline.Http.Request.Headers.AcceptLanguage = "es";
        using var provider = FakeProvider.Answers(503, """{"error":{"message":"overloaded"}}""");

        var (http, _) = await _pipeline.HandleAsync(provider);

        Assert.Equal(502, http.Response.StatusCode);
        Assert.Equal("provider_unavailable", ErrorOf(BodyOf(http)).Code);
        Assert.False(http.Response.Headers.ContainsKey("Content-Language"));
    }

    [Fact]
    public async Task AllTargetsRefuse_KeepsTheCallersOwnMistake()
    {
        LetChoose();
        using var provider = FakeProvider.Answers(400, """{"error":{"message":"bad seed","type":"invalid_request_error"}}""");

        var (http, _) = await _pipeline.HandleAsync(provider);

        Assert.Equal(400, http.Response.StatusCode);
        Assert.Equal("bad seed", ErrorOf(BodyOf(http)).Message);
    }

    [Theory]
    [InlineData("es", "La respuesta del proveedor se cortó antes de estar completa.")]
    [InlineData("fr", "The provider's stream ended before the answer was complete.")]
    public async Task StreamBreaks_LastEventIsInTheCallersLanguage(string language, string message)
    {
        _pipeline.Http.Request.Headers.AcceptLanguage = language;
        _pipeline.Http.Features.Set<IHttpResponseFeature>(new Begun());
        using var provider = FakeProvider.Streams("""{"id":"x","choices":[{"index":0,"delta":{"content":"a"}}]}""");

        var (http, _) = await _pipeline.HandleAsync(provider, stream: true);

        var events = BodyOf(http).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("data: {\"error\"", events[^1], StringComparison.Ordinal);
        Assert.Equal(message, ErrorOf(events[^1]["data: ".Length..]).Message);
    }

    private sealed class Begun : HttpResponseFeature
    {
        public override bool HasStarted => true;
    }

    private void LetChoose()
    {
        _pipeline.Targets = [Target("model-1"), Target("model-2")];
        _pipeline.Model = "both";
    }

    private static TargetDefinition Target(string model) => new("acme", model, ["both"], 1, "q", Capabilities.None, 100) { InputPrice = 1, OutputPrice = 2 };

    private static string BodyOf(HttpContext http) => Encoding.UTF8.GetString(((MemoryStream)http.Response.Body).ToArray());

    private static (string Message, string? Code) ErrorOf(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        var error = parsed.RootElement.GetProperty("error");
        return (error.GetProperty("message").GetString()!, error.GetProperty("code").GetString());
    }
}
