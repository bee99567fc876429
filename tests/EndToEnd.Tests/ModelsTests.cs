using System.Text.Json;

namespace ThotNet.EndToEnd.Tests;

/// <summary><c>GET /v1/models</c>: every name a caller may ask for, and what is behind it.</summary>
public sealed class ModelsTests(StandaloneFixture thotnet)
{
    [Fact]
    public async Task Models_List_HasEveryKindOfName()
    {
        var list = await GetAsync("models");

        var names = list.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()).ToList();
        Assert.Equal(names.Distinct().Count(), names.Count);
        string[] expected =
        [
            "auto", "llama-3.1-8b", "meta-llama/llama-3.1-8b-instruct:free", "llama-3.1-8b-instant", "gemini-1.5-flash",
            "openrouter/free", "openrouter/openrouter/free", "groq/openai/gpt-oss-20b", "gemini/gemini-3.5-flash-lite", "gemini/gemini-embedding-001",
        ];
        Assert.All(expected, name => Assert.Contains(name, names));
        Assert.All(list.GetProperty("data").EnumerateArray(), model => Assert.Equal("model", model.GetProperty("object").GetString()));
    }

    [Theory]
    [InlineData("groq/openai/gpt-oss-20b", "groq", "chat", "tools,json_object,json_schema")]
    [InlineData("gemini/gemini-embedding-001", "gemini", "embeddings", "")]
    public async Task Models_One_SaysWhatItCanDo(string id, string owner, string type, string capabilities)
    {
        foreach (var form in new[] { id, Uri.EscapeDataString(id) })
        {
            var model = await GetAsync($"models/{form}");
            Assert.Equal(id, model.GetProperty("id").GetString());
            Assert.Equal(owner, model.GetProperty("owned_by").GetString());
            var ours = model.GetProperty("thotnet");
            Assert.Equal(type, ours.GetProperty("type").GetString());
            Assert.Equal(capabilities, string.Join(',', ours.GetProperty("capabilities").EnumerateArray().Select(name => name.GetString())));
            Assert.Equal([id], ours.GetProperty("models").EnumerateArray().Select(name => name.GetString()));
        }
    }

    [Fact]
    public async Task Models_NameOfSeveralProviders_IsTheGatewaysOwn()
    {
        var model = await GetAsync("models/llama-3.1-8b");

        Assert.Equal("thotnet", model.GetProperty("owned_by").GetString());
        Assert.Equal(["groq", "openrouter"], model.GetProperty("thotnet").GetProperty("providers").EnumerateArray().Select(name => name.GetString()!).Order());
    }

    [Theory]
    [InlineData("meta-llama/llama-3.1-8b-instruct:free", "openrouter/openrouter/free")]
    [InlineData("gemini-1.5-flash", "gemini/gemini-3.5-flash-lite")]
    public async Task Models_Alias_IsFoundHoweverItIsWritten(string alias, string behind)
    {
        foreach (var form in new[] { alias, Uri.EscapeDataString(alias), alias.Replace("/", "%2f", StringComparison.Ordinal) })
        {
            var model = await GetAsync($"models/{form}");
            Assert.Equal((alias, "model"), (model.GetProperty("id").GetString(), model.GetProperty("object").GetString()));
            Assert.Equal([behind], model.GetProperty("thotnet").GetProperty("models").EnumerateArray().Select(name => name.GetString()));
        }
    }

    [Theory]
    [InlineData("no-such-model")]
    [InlineData("openrouter/no-such-model:free")]
    [InlineData("openrouter%2Fno-such-model")]
    public async Task Models_Unknown_Is404InOpenAisShape(string id)
    {
        using var response = await thotnet.Client.GetAsync(new Uri($"{thotnet.Host.GatewayUrl.AbsoluteUri}v1/models/{id}"));

        Assert.Equal((404, "application/json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("invalid_request_error", "model_not_found"), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
    }

    private async Task<JsonElement> GetAsync(string path) =>
        JsonDocument.Parse(await thotnet.Client.GetStringAsync(new Uri($"{thotnet.Host.GatewayUrl.AbsoluteUri}v1/{path}"))).RootElement;
}
