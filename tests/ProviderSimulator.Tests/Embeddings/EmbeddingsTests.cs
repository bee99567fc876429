using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Tests.Gemini;

namespace ThotNet.ProviderSimulator.Tests.Embeddings;

/// <summary>Embeddings in OpenAI's form (wire.md 1.7) and in Google's own (wire.md 4.1).</summary>
public class EmbeddingsTests
{
    private const string GeminiModel = "gemini-embedding-001";

    public static TheoryData<string> Apis => [Sim.OpenRouter, Sim.Groq, Sim.Gemini];

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task Embed_Texts_InOrderAndByTextAlone(string api)
    {
        await using var sim = await Sim.Start();
        var (status, body) = await Embed(sim, api, "\"input\":[\"abcd\",\"efghi\",\"abcd\"]");
        Assert.Equal((200, "list", ModelOf(api)), (status, (string?)body["object"], (string?)body["model"]));
        var data = body["data"]!.AsArray();
        Assert.Equal([0, 1, 2], data.Select(item => (int)item!["index"]!));
        var vectors = data.Select(item => item!["embedding"]!.ToJsonString()).ToList();
        Assert.Equal((8, vectors[0]), (data[0]!["embedding"]!.AsArray().Count, vectors[2]));
        Assert.NotEqual(vectors[0], vectors[1]);
        Assert.Equal("""{"prompt_tokens":4,"total_tokens":4}""", body["usage"]!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task Embed_Base64_SameNumbersAsLittleEndianFloats(string api)
    {
        await using var sim = await Sim.Start();
        var numbers = (await Embed(sim, api, "\"input\":\"abc\",\"dimensions\":3072")).Body["data"]![0]!["embedding"]!.AsArray();
        var text = (string)(await Embed(sim, api, "\"input\":\"abc\",\"dimensions\":3072,\"encoding_format\":\"base64\"")).Body["data"]![0]!["embedding"]!;
        var floats = MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(text)).ToArray();
        Assert.Equal(3072, floats.Length);
        Assert.Equal(floats, numbers.Select(number => (float)number!));
        Assert.All(floats, number => Assert.InRange(number, -1f, 1f));
    }

    [Theory]
    [InlineData("\"input\":\"\"")]
    [InlineData("\"input\":[]")]
    [InlineData("\"input\":[\"a\",\"\"]")]
    [InlineData("\"input\":[\"a\",1]")]
    [InlineData("\"input\":{}")]
    [InlineData("\"other\":1")]
    [InlineData("\"input\":\"a\",\"dimensions\":0")]
    [InlineData("\"input\":\"a\",\"dimensions\":3073")]
    [InlineData("\"input\":\"a\",\"encoding_format\":\"int8\"")]
    public async Task Embed_Broken_400(string fields)
    {
        await using var sim = await Sim.Start();
        foreach (var api in Apis)
            Assert.Equal(400, (await Embed(sim, api, fields)).Status);
    }

    [Theory]
    [InlineData(Sim.OpenRouter, 200)]
    [InlineData(Sim.Groq, 400)]
    [InlineData(Sim.Gemini, 400)]
    public async Task Embed_UnknownField_RefusedWhereChatRefusesIt(string api, int expected)
    {
        await using var sim = await Sim.Start();
        Assert.Equal(expected, (await Embed(sim, api, "\"input\":\"a\",\"truncate\":true")).Status);
    }

    [Theory]
    [InlineData(Sim.OpenRouter, 200)]
    [InlineData(Sim.Groq, 200)]
    [InlineData(Sim.Gemini, 400)]
    public async Task Embed_Tokens_NotAtGoogle(string api, int expected)
    {
        await using var sim = await Sim.Start();
        Assert.Equal(expected, (await Embed(sim, api, "\"input\":[1,2,3]")).Status);
        var (status, body) = await Embed(sim, api, "\"input\":[[1,2,3],[4]]");
        Assert.Equal(expected, status);
        if (expected == 200)
            Assert.Equal(4, (int)body["usage"]!["total_tokens"]!);
    }

    [Theory]
    [InlineData(Sim.OpenRouter, 400)]
    [InlineData(Sim.Groq, 404)]
    [InlineData(Sim.Gemini, 404)]
    public async Task Model_OfTheOtherKind_Refused(string api, int expected)
    {
        await using var sim = await Sim.Start();
        Assert.Equal(expected, (await Embed(sim, api, "\"input\":\"a\"", Sim.ModelOf(api))).Status);
        var chat = Sim.Chat(api).Replace(Sim.ModelOf(api), ModelOf(api), StringComparison.Ordinal);
        Assert.Equal(expected, (await Sim.Json(await sim.Post(api, chat))).Status);
    }

    [Fact]
    public async Task Model_Retired_SaidToBeGone()
    {
        await using var sim = await Sim.Start(options => options.Providers["groq"].RetiredModels = "old-embedding");
        var (status, body) = await Embed(sim, Sim.Groq, "\"input\":\"a\"", "old-embedding");
        Assert.Equal((400, "model_decommissioned"), (status, (string?)body["error"]!["code"]));
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task Embed_QuotasFaultsAndLog_AsForChat(string api)
    {
        var provider = api.Split('/')[0];
        await using var sim = await Sim.Start(options =>
        {
            options.Providers[provider].Quotas.Clear();
            options.Providers[provider].Quotas["minute"] = new() { Amount = 3 };
            options.Providers[provider].QuotasPerModel = false;
        });
        sim.State.AddFault(new() { Provider = provider, Status = 503, Body = "{}", Count = 1 });
        Assert.Equal(503, (await Embed(sim, api, "\"input\":\"a\"")).Status);
        Assert.Equal(200, (await Embed(sim, api, "\"input\":\"a\"")).Status);
        Assert.Equal(200, (int)(await sim.Ask(api)).StatusCode);
        Assert.Equal(429, (await Embed(sim, api, "\"input\":\"a\"")).Status);
        Assert.Equal(4, sim.Quota(provider, "minute").Arrived);
        Assert.Equal([ModelOf(api), ModelOf(api), Sim.ModelOf(api), ModelOf(api)], sim.State.Requests().Select(request => request.Model));
    }

    [Fact]
    public async Task Embed_TokenQuota_ChargedWithThePrompt()
    {
        await using var sim = await Sim.Start();
        await Embed(sim, Sim.OpenRouter, "\"input\":[\"abcd\",\"efghi\"]");
        await Native.Json(sim, $"{GeminiModel}:embedContent", """{"content":{"parts":[{"text":"abcde"}]}}""");
        Assert.Equal((3, 2), (sim.Quota("openrouter", "day").Used, sim.Quota("gemini", "day").Used));
    }

    [Fact]
    public async Task Native_SingleAndBatch_SameVectorsAsCompat()
    {
        await using var sim = await Sim.Start();
        var compat = (await Embed(sim, Sim.Gemini, "\"input\":\"abc\",\"dimensions\":3")).Body["data"]![0]!["embedding"]!.ToJsonString();
        var (_, single) = await Native.Json(sim, $"{GeminiModel}:embedContent", """{"content":{"parts":[{"text":"abc"}]},"taskType":"RETRIEVAL_QUERY","outputDimensionality":3}""");
        Assert.Equal($$$"""{"embedding":{"values":{{{compat}}}}}""", single.ToJsonString());
        var (_, batch) = await Native.Json(sim, $"{GeminiModel}:batchEmbedContents", """
            {"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"x"}]}},
            {"model":"models/gemini-embedding-001","content":{"parts":[{"text":"abc"}]},"output_dimensionality":3}]}
            """);
        Assert.Equal(["embeddings"], batch.AsObject().Select(field => field.Key));
        Assert.Equal((8, compat), (batch["embeddings"]![0]!["values"]!.AsArray().Count, batch["embeddings"]![1]!["values"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("embedContent", """{"content":{"parts":[{"text":""}]}}""", "must not be empty")]
    [InlineData("embedContent", """{"content":{"parts":[{"inlineData":{"mimeType":"a","data":"AAAA"}}]}}""", "only text parts")]
    [InlineData("embedContent", "{}", "contents is not specified")]
    [InlineData("embedContent", """{"model":"models/x","content":{"parts":[{"text":"a"}]}}""", "must be 'models/gemini-embedding-001'")]
    [InlineData("embedContent", """{"content":{"parts":[{"text":"a"}]},"dimensions":3}""", "Unknown name \"dimensions\"")]
    [InlineData("embedContent", """{"content":{"parts":[{"text":"a"}]},"outputDimensionality":3073}""", "output_dimensionality: must be")]
    [InlineData("embedContent", """{"content":{"parts":[{"text":"a"}]},"taskType":"OTHER"}""", "(TYPE_ENUM)")]
    [InlineData("batchEmbedContents", """{"requests":[{"content":{"parts":[{"text":"a"}]}}]}""", "EmbedContentRequest.model: must be")]
    [InlineData("batchEmbedContents", """{"requests":[]}""", "at least 1 and at most 100")]
    public async Task Native_Broken_400(string method, string body, string expected) =>
        await Native.AssertRefused(expected, body, GeminiModel, method);

    private static string ModelOf(string api) => api switch
    {
        Sim.OpenRouter => "openai/text-embedding-3-small",
        Sim.Groq => "nomic-embed-text-v1.5",
        _ => GeminiModel,
    };

    private static async Task<(int Status, JsonNode Body)> Embed(Sim sim, string api, string fields, string? model = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{api}/embeddings");
        request.Content = new StringContent($$"""{"model":"{{model ?? ModelOf(api)}}",{{fields}}}""", Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sim-test");
        return await Sim.Json(await sim.Http.SendAsync(request, TestContext.Current.CancellationToken));
    }
}
