using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Gemini.Answers;
using ThotNet.Providers.Gemini.Requests;
using ThotNet.Providers.Json;
using ThotNet.Routing;

namespace ThotNet.Providers.Gemini;

/// <summary>
/// Speaks Google's own format, v1beta (wire.md 4). Safe for concurrent use; what it keeps is the thought signatures of tool calls.
/// </summary>
/// <param name="endpoint">
/// Where the provider is, for example <c>https://generativelanguage.googleapis.com/v1beta</c>. Without a key none is sent.
/// </param>
public sealed class GeminiAdapter(ProviderEndpoint endpoint) : IProviderAdapter
{
    private readonly string _base = endpoint.BaseUrl.AbsoluteUri.TrimEnd('/') + "/";
    private readonly FailureReader _failures = new(endpoint, GoogleFailures.Judge);
    private readonly ThoughtMemory _memory = new();

    /// <inheritdoc/>
    public HttpRequestMessage CreateRequest(ModelRequest request, TargetDefinition target)
    {
        var body = new ArrayPoolBufferWriter<byte>(request.Body.Length + 512);
        try
        {
            var address = new Uri(_base + PathOf(target.Model) + WriteBody(request, target, body));
            var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new PooledContent(body) };
            if (endpoint.ApiKey.Length > 0)
                message.Headers.TryAddWithoutValidation("x-goog-api-key", endpoint.ApiKey);
            message.Headers.TryAddWithoutValidation("Accept", request.Stream ? "text/event-stream" : "application/json");
            return message;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Google tells nothing about quotas in the headers of its answers (wire.md 4.5).</remarks>
    public QuotaEvidence? ReadEvidence(HttpResponseHeaders headers) => null;

    /// <inheritdoc/>
    public ProviderFailure ReadFailure(int status, HttpResponseHeaders headers, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        _failures.Read(status, headers, body, now);

    /// <inheritdoc/>
    public (TokenUsage? Usage, ProviderFailure? Failure) TranslateAnswer(
        ReadOnlySpan<byte> body, ModelRequest request, TargetDefinition target, DateTimeOffset now, IBufferWriter<byte> output)
    {
        if (body.Trim(" \t\r\n"u8).IsEmpty)
            return (null, FailureReader.Unreadable("it is empty"));
        if (!Utf8.IsValid(body))
            return (null, FailureReader.Unreadable("it is not valid UTF-8"));
        try
        {
            JsonBytes.CheckEscapes(body);
            return request is EmbeddingsRequest embeddings
                ? new GeminiEmbeddingsTranslator(_failures).Translate(body, embeddings, target, now, output)
                : new GeminiAnswerTranslator(_failures, _memory).Translate(body, request.Caller, target, now, output);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, FailureReader.Unreadable("it is not a JSON object"));
        }
    }

    /// <inheritdoc/>
    public IStreamTranslator CreateStreamTranslator(ChatRequest request, TargetDefinition target, DateTimeOffset now) =>
        new GeminiChunkTranslator(_failures, _memory, request, target, now);

    // Writes the body and tells the method that it is for.
    private string WriteBody(ModelRequest request, TargetDefinition target, ArrayPoolBufferWriter<byte> body)
    {
        switch (request)
        {
            case ChatRequest chat:
                GeminiBody.Write(chat, target, _memory, body);
                return chat.Stream ? ":streamGenerateContent?alt=sse" : ":generateContent";
            case EmbeddingsRequest embeddings:
                GeminiEmbeddingsBody.Write(embeddings, target, body);
                return ":batchEmbedContents";
            default:
                throw new NotSupportedException($"No request for {request.Operation} is known.");
        }
    }

    private static string PathOf(string model) => string.Join('/', GeminiGeneration.NameOf(model).Split('/').Select(Uri.EscapeDataString));
}
