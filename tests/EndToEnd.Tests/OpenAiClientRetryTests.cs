using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;

namespace ThotNet.EndToEnd.Tests;

/// <summary>What the official .NET client makes of providers that fail, and that its retries come when they may (wire.md 1.6).</summary>
/// <remarks>Each test has a ThotNet of its own, because what fails is remembered.</remarks>
public sealed class OpenAiClientRetryTests : IAsyncLifetime
{
    private static readonly ChatMessage[] Question = [new UserChatMessage("Say something. [[tokens=12]]")];

    private readonly StandaloneFixture _thotnet = new();

    public static TheoryData<string> Providers => [.. ClientModel.Providers];

    public ValueTask InitializeAsync() => _thotnet.InitializeAsync();

    public ValueTask DisposeAsync() => _thotnet.DisposeAsync();

    [Theory, MemberData(nameof(Providers))]
    public async Task Chat_ProviderFailsOnce_IsServedByTheSecondTry(string provider)
    {
        _thotnet.Simulator.SetFaults($$"""{"provider":"{{provider}}","status":503,"body":"{}","count":1}""");

        var answer = (await Client(provider, retries: 3).CompleteChatAsync(Question)).Value;

        Assert.Equal(12, answer.Usage.Written());
        Assert.Equal([503, 200], _thotnet.Simulator.Requests().Select(request => request.Status));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Chat_ProviderDown_Is502WithATime(string provider)
    {
        _thotnet.Simulator.SetFaults($$"""{"provider":"{{provider}}","status":503,"body":"{}"}""");

        var error = await Assert.ThrowsAsync<ClientResultException>(() => Client(provider, retries: 0).CompleteChatAsync(Question));

        Assert.Equal(502, error.Status);
        Assert.Contains("provider_unavailable", error.Message, StringComparison.Ordinal);
        Assert.True(error.GetRawResponse()!.Headers.TryGetValue("Retry-After", out var wait));
        Assert.InRange(int.Parse(wait!, System.Globalization.CultureInfo.InvariantCulture), 1, 60);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Chat_ProviderThrottles_Is429WithATime(string provider)
    {
        _thotnet.Simulator.SetFaults(
            $$$"""{"provider":"{{{provider}}}","status":429,"headers":{"retry-after":"7"},"body":"{\"error\":{\"code\":429,\"message\":\"Rate limit exceeded\",\"status\":\"RESOURCE_EXHAUSTED\"}}"}""");

        var error = await Assert.ThrowsAsync<ClientResultException>(() => Client(provider, retries: 0).CompleteChatAsync(Question));

        Assert.Equal(429, error.Status);
        Assert.Contains("rate_limit_exceeded", error.Message, StringComparison.Ordinal);
        Assert.True(error.GetRawResponse()!.Headers.TryGetValue("Retry-After", out var wait));
        Assert.InRange(int.Parse(wait!, System.Globalization.CultureInfo.InvariantCulture), 1, 7);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Chat_ModelRetired_Is404(string provider)
    {
        var retired = provider switch
        {
            "openrouter" => "meta-llama/llama-3.1-8b-instruct:free",
            "groq" => "llama-3.1-8b-instant",
            _ => "gemini-1.5-flash",
        };
        await using var thotnet = new StandaloneFixture(
            $"--ThotNet:Providers:{provider}:Models:default:Id={retired}", $"--ThotNet:Providers:{provider}:Models:default:Aliases=");
        await thotnet.InitializeAsync();

        var error = await Assert.ThrowsAsync<ClientResultException>(
            () => Client(thotnet, $"{provider}/{retired}", retries: 0).CompleteChatAsync(Question));

        Assert.Equal(404, error.Status);
        Assert.Contains("model_not_found", error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Stream_ProviderBreaksInMidStream_Throws(string provider)
    {
        _thotnet.Simulator.SetFaults($$"""{"provider":"{{provider}}","ending":"error","afterChunks":4}""");

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await foreach (var update in Client(provider, retries: 0).CompleteChatStreamingAsync([new UserChatMessage("Say much. [[tokens=40]]")]))
            {
                Assert.Null(update.FinishReason);
            }
        });
    }

    private ChatClient Client(string provider, int retries) => Client(_thotnet, ClientModel.Of(provider).Chat, retries);

    private static ChatClient Client(StandaloneFixture thotnet, string model, int retries)
    {
        var options = new OpenAIClientOptions { Endpoint = new Uri(thotnet.Host.GatewayUrl, "v1"), RetryPolicy = new ClientRetryPolicy(retries) };
        // The client's patience is tested, not ours.
        options.AddPolicy(new MaxWaitPolicy(), PipelinePosition.PerCall);
        return new ChatClient(model, new ApiKeyCredential(StandaloneFixture.ApiKey), options);
    }

    private sealed class MaxWaitPolicy : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) => throw new NotSupportedException();

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Set("x-thotnet-max-wait", "0");
            return ProcessNextAsync(message, pipeline, currentIndex);
        }
    }
}
