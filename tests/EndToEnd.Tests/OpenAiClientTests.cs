using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Models;

namespace ThotNet.EndToEnd.Tests;

/// <summary>The official .NET client, never told that it does not talk to OpenAI, with a model of each provider.</summary>
public sealed class OpenAiClientTests(StandaloneFixture thotnet)
{
    private static readonly ChatMessage[] Question = [new UserChatMessage("Say something. [[tokens=12]]")];

    private static readonly ChatTool Weather = ChatTool.CreateFunctionTool(
        "weather", null, BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""));

    private static readonly byte[] Pixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");

    public static TheoryData<string> Models => [.. ClientModel.Providers.Select(provider => ClientModel.Of(provider).Chat), "auto", "llama-3.1-8b"];

    public static TheoryData<string> Providers => [.. ClientModel.Providers];

    [Theory, MemberData(nameof(Models))]
    public async Task Chat_EachTarget_AnswersInFull(string model)
    {
        var answer = (await Client(model).CompleteChatAsync(Question)).Value;

        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.NotEmpty(answer.Content[0].Text);
        Assert.Equal(12, answer.Usage.Written());
        Assert.Equal(answer.Usage.TotalTokenCount, answer.Usage.InputTokenCount + answer.Usage.OutputTokenCount);
        Assert.InRange(answer.CreatedAt, TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1));
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Stream_EachTarget_ArrivesInPiecesAndEndsWithUsage(string model)
    {
        var updates = new List<StreamingChatCompletionUpdate>();
        await foreach (var update in Client(model).CompleteChatStreamingAsync(Question))
        {
            updates.Add(update);
        }

        var whole = (await Client(model).CompleteChatAsync(Question)).Value.Content[0].Text;
        Assert.Equal(whole, string.Concat(updates.SelectMany(update => update.ContentUpdate).Select(part => part.Text)));
        Assert.True(updates.Count(update => update.ContentUpdate.Count > 0) > 1);
        Assert.Single(updates, update => update.FinishReason == ChatFinishReason.Stop);
        Assert.Single(updates, update => update.Usage?.Written() == 12);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Tools_ParallelCalls_TakeTheirResults(string provider)
    {
        var client = Client(ClientModel.Of(provider).Chat);
        var options = new ChatCompletionOptions { Tools = { Weather } };
        List<ChatMessage> messages = [new SystemChatMessage("Be brief."), new UserChatMessage("Weather in two towns? [[tool=2]]")];

        var first = (await client.CompleteChatAsync(messages, options)).Value;
        Assert.Equal(ChatFinishReason.ToolCalls, first.FinishReason);
        Assert.Equal(2, first.ToolCalls.Select(call => call.Id).Distinct().Count());
        Assert.All(first.ToolCalls, call => Assert.Equal("weather", call.FunctionName));
        Assert.All(first.ToolCalls, call => Assert.Equal(JsonValueKind.String, JsonDocument.Parse(call.FunctionArguments).RootElement.GetProperty("city").ValueKind));

        messages.Add(new AssistantChatMessage(first));
        messages.AddRange(first.ToolCalls.Reverse().Select(call => new ToolChatMessage(call.Id, "20 degrees")));
        messages.Add(new UserChatMessage("And in words? [[tokens=9]]"));
        var second = (await client.CompleteChatAsync(messages, options)).Value;
        Assert.Equal(ChatFinishReason.Stop, second.FinishReason);
        Assert.Equal(9, second.Usage.Written());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Tools_ParallelCalls_KeepTheirNumbersInStreams(string provider)
    {
        var options = new ChatCompletionOptions { Tools = { Weather } };
        var calls = new Dictionary<int, (string Name, string Arguments)>();
        var client = Client(ClientModel.Of(provider).Chat);
        await foreach (var update in client.CompleteChatStreamingAsync([new UserChatMessage("Weather in two towns? [[tool=2]]")], options))
        {
            foreach (var call in update.ToolCallUpdates)
            {
                var known = calls.GetValueOrDefault(call.Index);
                calls[call.Index] = (known.Name + call.FunctionName, known.Arguments + call.FunctionArgumentsUpdate?.ToString());
            }
        }

        Assert.Equal([0, 1], calls.Keys.Order());
        Assert.All(calls.Values, call => Assert.Equal("weather", call.Name));
        Assert.All(calls.Values, call => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(call.Arguments).RootElement.ValueKind));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task JsonSchema_EachProvider_IsKeptTo(string provider)
    {
        var schema = BinaryData.FromString(
            """{"type":"object","properties":{"city":{"type":"string"},"degrees":{"type":"integer"}},"required":["city","degrees"],"additionalProperties":false}""");
        var options = new ChatCompletionOptions
        {
            MaxOutputTokenCount = 200,
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("weather", schema, jsonSchemaIsStrict: true),
        };

        var answer = (await Client(ClientModel.Of(provider).Chat).CompleteChatAsync(Question, options)).Value;

        var value = JsonDocument.Parse(answer.Content[0].Text).RootElement;
        Assert.Equal(JsonValueKind.String, value.GetProperty("city").ValueKind);
        Assert.True(value.GetProperty("degrees").TryGetInt64(out _));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Image_EachProvider_IsTakenOrRefusedByName(string provider)
    {
        var model = ClientModel.Of(provider);
        ChatMessage[] messages =
        [
            new UserChatMessage(
                ChatMessageContentPart.CreateTextPart("What is it? [[tokens=5]]"),
                ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(Pixel), "image/png")),
        ];
        var asking = Client(model.Chat).CompleteChatAsync(messages);
        if (model.TakesImages)
        {
            Assert.Equal(5, (await asking).Value.Usage.Written());
            return;
        }

        var error = await Assert.ThrowsAsync<ClientResultException>(() => asking);
        Assert.Equal(400, error.Status);
        Assert.Contains("unsupported_parameter", error.Message, StringComparison.Ordinal);
        Assert.Contains("messages[0].content[1]", error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Embeddings_EachProvider_ComeInOrderWithTheirLength(string provider)
    {
        var client = new EmbeddingClient(ClientModel.Of(provider).Embedding, new ApiKeyCredential(StandaloneFixture.ApiKey), Options());
        string[] texts = ["one", "two", "three"];

        var all = (await client.GenerateEmbeddingsAsync(texts)).Value;

        Assert.Equal([0, 1, 2], all.Select(item => item.Index));
        for (var i = 0; i < texts.Length; i++)
        {
            var one = (await client.GenerateEmbeddingAsync(texts[i])).Value;
            Assert.NotEqual(0, one.ToFloats().Length);
            Assert.Equal(one.ToFloats().ToArray(), all[i].ToFloats().ToArray());
        }

        Assert.NotEqual(all[0].ToFloats().ToArray(), all[1].ToFloats().ToArray());
        var shorter = (await client.GenerateEmbeddingAsync("one", new EmbeddingGenerationOptions { Dimensions = 4 })).Value;
        Assert.Equal(4, shorter.ToFloats().Length);
    }

    [Fact]
    public async Task Embeddings_ModelThatChats_IsRefused()
    {
        var client = new EmbeddingClient("auto", new ApiKeyCredential(StandaloneFixture.ApiKey), Options());
        var error = await Assert.ThrowsAsync<ClientResultException>(() => client.GenerateEmbeddingAsync("one"));
        Assert.Equal(400, error.Status);
        Assert.Contains("unsupported_model", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_ModelForEmbeddings_IsRefused()
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Client(ClientModel.Of("gemini").Embedding).CompleteChatAsync(Question));
        Assert.Equal(400, error.Status);
        Assert.Contains("unsupported_model", error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Chat_WrongField_Is400ThatNamesIt(string provider)
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(
            () => Client(ClientModel.Of(provider).Chat).CompleteChatAsync(Question, new ChatCompletionOptions { Temperature = 9 }));
        Assert.Equal(400, error.Status);
        Assert.Contains("'temperature'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_UnknownModel_Is404()
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Client("no-such-model").CompleteChatAsync(Question));
        Assert.Equal(404, error.Status);
        Assert.Contains("model_not_found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_WrongKey_Is401()
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Client("auto", "sk-not-a-key-of-ours").CompleteChatAsync(Question));
        Assert.Equal(401, error.Status);
        Assert.Contains("invalid_api_key", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_SlashesRawOrEncoded_AreFound()
    {
        var models = (await new OpenAIModelClient(new ApiKeyCredential(StandaloneFixture.ApiKey), Options()).GetModelsAsync()).Value;
        Assert.Contains(models, model => model.Id == "auto");
        var slashed = Assert.Single(models, model => model.Id == "groq/openai/gpt-oss-20b");

        foreach (var form in new[] { slashed.Id, Uri.EscapeDataString(slashed.Id) })
        {
            var found = await thotnet.Client.GetStringAsync(new Uri($"{thotnet.Host.GatewayUrl.AbsoluteUri}v1/models/{form}"));
            Assert.Equal(slashed.Id, JsonDocument.Parse(found).RootElement.GetProperty("id").GetString());
        }
    }

    private ChatClient Client(string model, string key = StandaloneFixture.ApiKey) => new(model, new ApiKeyCredential(key), Options());

    private OpenAIClientOptions Options() => new() { Endpoint = new Uri(thotnet.Host.GatewayUrl, "v1"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0) };
}
