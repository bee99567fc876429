using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace ThotNet.EndToEnd.Tests;

/// <summary><c>POST /v1/embeddings</c> as it is on the wire (wire.md 1.7, rule 55).</summary>
public sealed class EmbeddingsTests(StandaloneFixture thotnet)
{
    public static TheoryData<string> Providers => [.. ClientModel.Providers];

    [Theory, MemberData(nameof(Providers))]
    public async Task Embeddings_NumbersAndBase64_AreTheSameBits(string provider)
    {
        var model = ClientModel.Of(provider).Embedding;
        var unsaid = await AskAsync(thotnet, $$"""{"model":"{{model}}","input":["one","two"]}""");
        var numbers = await AskAsync(thotnet, $$"""{"model":"{{model}}","input":["one","two"],"encoding_format":"float"}""");
        var text = await AskAsync(thotnet, $$"""{"model":"{{model}}","input":["one","two"],"encoding_format":"base64"}""");

        foreach (var answer in new[] { unsaid, numbers, text })
        {
            Assert.Equal(("list", model), (answer.GetProperty("object").GetString(), answer.GetProperty("model").GetString()));
            Assert.Equal(["embedding 0", "embedding 1"], Items(answer).Select(item => $"{item.GetProperty("object")} {item.GetProperty("index")}"));
            Assert.Equal(
                answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), answer.GetProperty("usage").GetProperty("total_tokens").GetInt32());
            Assert.Equal(provider != "gemini", answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32() > 0);
        }

        var vectors = Items(unsaid).Select(Floats).ToList();
        Assert.NotEqual(vectors[0], vectors[1]);
        Assert.Equal(vectors, Items(numbers).Select(Floats));
        Assert.Equal(vectors, Items(text).Select(Decoded));
    }

    [Fact]
    public async Task Embeddings_AsManyAsAllowed_ComeInOrder()
    {
        var inputs = string.Join(',', Enumerable.Range(0, 2048).Select(i => $"\"text {i}\""));
        var answer = await AskAsync(thotnet, $$"""{"model":"{{ClientModel.Of("openrouter").Embedding}}","input":[{{inputs}}],"dimensions":2}""");
        Assert.Equal(Enumerable.Range(0, 2048), Items(answer).Select(item => item.GetProperty("index").GetInt32()));
        foreach (var i in new[] { 0, 1023, 2047 })
        {
            var one = await AskAsync(thotnet, $$"""{"model":"{{ClientModel.Of("openrouter").Embedding}}","input":"text {{i}}","dimensions":2}""");
            Assert.Equal(Floats(Items(one).Single()), Floats(Items(answer).ElementAt(i)));
        }

        var (status, error) = await PostAsync(thotnet, $$"""{"model":"{{ClientModel.Of("openrouter").Embedding}}","input":[{{inputs}},"more"]}""");
        Assert.Equal((400, "input"), (status, error.GetProperty("error").GetProperty("param").GetString()));
    }

    /// <summary>Google takes a hundred at once and says so itself.</summary>
    [Theory]
    [InlineData(100, 200)]
    [InlineData(101, 400)]
    public async Task Embeddings_ManyAtGemini_AreServedUpToItsOwnLimit(int count, int expected)
    {
        var inputs = string.Join(',', Enumerable.Range(0, count).Select(i => $"\"text {i}\""));

        var (status, answer) = await PostAsync(thotnet, $$"""{"model":"{{ClientModel.Of("gemini").Embedding}}","input":[{{inputs}}]}""");

        Assert.Equal(expected, status);
        Assert.True(status == 200
            ? Items(answer).Count() == count
            : answer.GetProperty("error").GetProperty("message").GetString()!.Contains("100", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Embeddings_OfSeveralProviders_FallBackAndTakeTokens()
    {
        await using var own = new StandaloneFixture(
            "--ThotNet:Providers:openrouter:Models:embeddings:Capabilities=Embeddings,TokenInputs",
            "--ThotNet:Providers:openrouter:Models:embeddings:Aliases=vectors",
            "--ThotNet:Providers:groq:Models:embeddings:Aliases=vectors");
        await own.InitializeAsync();

        var tokens = await AskAsync(own, """{"model":"openrouter/openai/text-embedding-3-small","input":[[1,2,3],[4,5]]}""");
        Assert.Equal(2, Items(tokens).Count());
        Assert.Equal(5, tokens.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        Assert.Equal("[[1,2,3],[4,5]]", JsonDocument.Parse(own.Simulator.Requests(last: 1)[0].Body).RootElement.GetProperty("input").GetRawText());
        for (var i = 0; i < 4; i++)
        {
            var some = await AskAsync(own, """{"model":"vectors","input":[7,8]}""");
            Assert.Equal("openrouter/openai/text-embedding-3-small", some.GetProperty("model").GetString());
        }

        own.Simulator.SetFaults("""{"provider":"openrouter","status":503,"body":"{}","count":1}""");
        var (status, _) = await PostAsync(own, """{"model":"openrouter/openai/text-embedding-3-small","input":"again"}""");
        Assert.Equal(200, status);

        own.Simulator.SetFaults("""{"provider":"openrouter","status":503,"body":"{}"}""");
        for (var i = 0; i < 4; i++)
        {
            var answer = await AskAsync(own, """{"model":"vectors","input":"one"}""");
            Assert.Equal("groq/nomic-embed-text-v1.5", answer.GetProperty("model").GetString());
        }
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement answer) => answer.GetProperty("data").EnumerateArray();

    private static float[] Floats(JsonElement item) => [.. item.GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle())];

    private static float[] Decoded(JsonElement item) =>
        MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(item.GetProperty("embedding").GetString()!)).ToArray();

    private static async Task<JsonElement> AskAsync(StandaloneFixture target, string body)
    {
        var (status, answer) = await PostAsync(target, body);
        Assert.True(status == 200, answer.GetRawText());
        return answer;
    }

    private static async Task<(int Status, JsonElement Answer)> PostAsync(StandaloneFixture target, string body)
    {
        using var response = await target.Client.PostAsync(
            new Uri("/v1/embeddings", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
