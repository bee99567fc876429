using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace ThotNet.EndToEnd.Tests;

/// <summary>The official .NET client, never told that it does not talk to OpenAI.</summary>
public sealed class OpenAiClientTests(StandaloneFixture thotnet)
{
    private static readonly ChatMessage[] Question = [new UserChatMessage("Say something. [[tokens=12]]")];

    public static TheoryData<string> Models => ["auto", "openrouter/openrouter/free", "groq/openai/gpt-oss-20b", "gemini/gemini-3.5-flash-lite", "llama-3.1-8b"];

    [Theory, MemberData(nameof(Models))]
    public async Task Chat_EachTarget_AnswersInFull(string model)
    {
        var answer = (await Client(model).CompleteChatAsync(Question)).Value;

        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.NotEmpty(answer.Content[0].Text);
        Assert.Equal(12, answer.Usage.OutputTokenCount);
        Assert.Equal(answer.Usage.TotalTokenCount, answer.Usage.InputTokenCount + answer.Usage.OutputTokenCount);
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
        Assert.Single(updates, update => update.Usage is { OutputTokenCount: 12 });
    }

    [Theory]
    [InlineData("openrouter/openrouter/free")]
    [InlineData("groq/openai/gpt-oss-20b")]
    [InlineData("gemini/gemini-3.5-flash-lite")]
    public async Task Tools_ParallelCalls_KeepTheirNumbersInStreams(string model)
    {
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("weather", null, BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}}}""")) } };
        var calls = new Dictionary<int, (string Name, string Arguments)>();
        await foreach (var update in Client(model).CompleteChatStreamingAsync([new UserChatMessage("Weather in two towns? [[tool=2]]")], options))
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
