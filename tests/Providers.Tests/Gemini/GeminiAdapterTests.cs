using System.Text;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Gemini;
using ThotNet.Providers.Tests.OpenAi;

namespace ThotNet.Providers.Tests.Gemini;

/// <summary>Where requests go and with which headers (wire.md 4.1).</summary>
public sealed class GeminiAdapterTests
{
    private const string Key = "AIzaSyTest-1234567890";

    private static HttpRequestMessage Create(string model, bool stream, string baseUrl = "https://g.example/v1beta", string key = Key) =>
        new GeminiAdapter(new ProviderEndpoint("google", new Uri(baseUrl), key)).CreateRequest(
            AdapterFixture.Request(AdapterFixture.With(stream ? "\"stream\":true" : "\"n\":1")), AdapterFixture.Target with { Model = model });

    [Theory]
    [InlineData("gemini-3.6-flash", false, "https://g.example/v1beta/models/gemini-3.6-flash:generateContent")]
    [InlineData("models/gemini-3.6-flash", true, "https://g.example/v1beta/models/gemini-3.6-flash:streamGenerateContent?alt=sse")]
    [InlineData("Models/gemini-3.6-flash", false, "https://g.example/v1beta/models/gemini-3.6-flash:generateContent")]
    [InlineData("a b/c?d#e:f", false, "https://g.example/v1beta/models/a%20b/c%3Fd%23e%3Af:generateContent")]
    public void CreateRequest_Model_IsInTheAddress_Rule34(string model, bool stream, string expected)
    {
        using var message = Create(model, stream);

        Assert.Equal((HttpMethod.Post, expected), (message.Method, message.RequestUri!.AbsoluteUri));
        Assert.Equal("application/json", message.Content!.Headers.ContentType!.MediaType);
        Assert.Equal(stream ? "text/event-stream" : "application/json", message.Headers.Accept.ToString());
    }

    [Fact]
    public void CreateRequest_BaseWithSlash_IsTheSame_Wire41()
    {
        using var message = Create("m", false, "https://g.example/v1beta/");

        Assert.Equal("https://g.example/v1beta/models/m:generateContent", message.RequestUri!.AbsoluteUri);
    }

    [Fact]
    public void CreateRequest_Key_IsInAHeaderOnly_Wire41()
    {
        using var message = Create("m", true);

        Assert.Equal([Key], message.Headers.GetValues("x-goog-api-key"));
        Assert.Null(message.Headers.Authorization);
        Assert.DoesNotContain(Key, message.RequestUri!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public void CreateRequest_WithoutKey_SendsNone_Wire41()
    {
        using var message = Create("m", false, key: "");

        Assert.False(message.Headers.Contains("x-goog-api-key"));
    }

    [Fact]
    public void CreateRequest_Embeddings_GoInABatch_Rule55()
    {
        var request = new EmbeddingsRequest { Body = Encoding.UTF8.GetBytes("""{"model":"m","input":"a"}"""), Model = "m", Inputs = [new Range(21, 24)] };

        using var message = new GeminiAdapter(AdapterFixture.Endpoint).CreateRequest(request, AdapterFixture.Target with { Model = "gemini-embedding-001" });

        Assert.Equal("http://127.0.0.1:9/v1/models/gemini-embedding-001:batchEmbedContents", message.RequestUri!.AbsoluteUri);
    }

    [Fact]
    public void ReadEvidence_Headers_SayNothing_Wire45()
    {
        using var response = new HttpResponseMessage();
        response.Headers.Add("x-gemini-service-tier", "free");

        Assert.Null(new GeminiAdapter(AdapterFixture.Endpoint).ReadEvidence(response.Headers));
    }
}
