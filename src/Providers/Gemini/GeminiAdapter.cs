using System.Buffers;
using System.Net.Http.Headers;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Gemini.Answers;
using ThotNet.Providers.Gemini.Requests;
using ThotNet.Routing;

namespace ThotNet.Providers.Gemini;

/// <summary>
/// Speaks Google's own format, v1beta (wire.md 4). Safe for concurrent use; what it keeps is the thought signatures of tool calls.
/// </summary>
/// <param name="endpoint">
/// Where the provider is, for example <c>https://generativelanguage.googleapis.com/v1beta</c>. Without a key none is sent.
/// </param>
public sealed class GeminiAdapter(ProviderEndpoint endpoint) : ProviderAdapter(new FailureReader(endpoint, GoogleFailures.Judge))
{
    private readonly string _base = endpoint.BaseUrl.AbsoluteUri.TrimEnd('/') + "/";
    private readonly ThoughtMemory _memory = new();

    /// <inheritdoc/>
    /// <remarks>Google tells nothing about quotas in the headers of its answers (wire.md 4.5).</remarks>
    public override QuotaEvidence? ReadEvidence(HttpResponseHeaders headers) => null;

    /// <inheritdoc/>
    public override IStreamTranslator CreateStreamTranslator(ChatRequest request, TargetDefinition target, DateTimeOffset now) =>
        new GeminiChunkTranslator(Failures, _memory, request, target, now);

    private protected override Uri WriteBody(ModelRequest request, TargetDefinition target, IBufferWriter<byte> body)
    {
        switch (request)
        {
            case ChatRequest chat:
                GeminiBody.Write(chat, target, _memory, body);
                return AddressOf(target.Model, chat.Stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
            case EmbeddingsRequest embeddings:
                GeminiEmbeddingsBody.Write(embeddings, target, body);
                return AddressOf(target.Model, ":batchEmbedContents");
            default:
                throw new NotSupportedException($"No request for {request.Operation} is known.");
        }
    }

    private protected override void AddHeaders(HttpRequestHeaders headers)
    {
        if (endpoint.ApiKey.Length > 0)
            headers.TryAddWithoutValidation("x-goog-api-key", endpoint.ApiKey);
    }

    private protected override (TokenUsage? Usage, ProviderFailure? Failure) TranslateJson(
        ReadOnlySpan<byte> body, ModelRequest request, TargetDefinition target, DateTimeOffset now, IBufferWriter<byte> output) =>
        request is EmbeddingsRequest embeddings
            ? new GeminiEmbeddingsTranslator(Failures).Translate(body, embeddings, target, now, output)
            : new GeminiAnswerTranslator(Failures, _memory).Translate(body, request.Caller, target, now, output);

    private Uri AddressOf(string model, string method) =>
        new(_base + string.Join('/', GeminiGeneration.NameOf(model).Split('/').Select(Uri.EscapeDataString)) + method);
}
