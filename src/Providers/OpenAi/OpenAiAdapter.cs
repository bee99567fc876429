using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Failures;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>Speaks OpenAI's chat completions and embeddings in one provider's dialect (wire.md 1 to 3). Stateless; safe for concurrent use.</summary>
public sealed class OpenAiAdapter : IProviderAdapter
{
    private readonly ProviderEndpoint _endpoint;
    private readonly OpenAiDialect _dialect;
    private readonly Uri _chatAddress;
    private readonly Uri _embeddingsAddress;
    private readonly AuthenticationHeaderValue? _authorization;

    /// <summary>Makes the adapter of one provider.</summary>
    /// <param name="endpoint">Where the provider is; its base may end with a slash or not. Without a key no authorization is sent.</param>
    /// <param name="dialect">How it differs from OpenAI.</param>
    public OpenAiAdapter(ProviderEndpoint endpoint, OpenAiDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(dialect);
        _endpoint = endpoint;
        _dialect = dialect;
        var address = endpoint.BaseUrl.AbsoluteUri.TrimEnd('/');
        _chatAddress = new Uri(address + "/chat/completions");
        _embeddingsAddress = new Uri(address + "/embeddings");
        _authorization = endpoint.ApiKey.Length == 0 ? null : new AuthenticationHeaderValue("Bearer", endpoint.ApiKey);
    }

    /// <inheritdoc/>
    public HttpRequestMessage CreateRequest(ModelRequest request, TargetDefinition target)
    {
        var body = new ArrayPoolBufferWriter<byte>(request.Body.Length + 512);
        try
        {
            var message = new HttpRequestMessage(HttpMethod.Post, WriteBody(request, target, body)) { Content = new PooledContent(body) };
            message.Headers.Authorization = _authorization;
            message.Headers.TryAddWithoutValidation("Accept", request.Stream ? "text/event-stream" : "application/json");
            _dialect.AddHeaders(message.Headers);
            return message;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private Uri WriteBody(ModelRequest request, TargetDefinition target, ArrayPoolBufferWriter<byte> body)
    {
        switch (request)
        {
            case ChatRequest chat:
                UpstreamBody.Write(chat, target, _dialect, body);
                return _chatAddress;
            case EmbeddingsRequest embeddings:
                EmbeddingsBody.Write(embeddings, target, _dialect, body);
                return _embeddingsAddress;
            default:
                throw new NotSupportedException($"No request for {request.Operation} is known.");
        }
    }

    /// <inheritdoc/>
    public QuotaEvidence? ReadEvidence(HttpResponseHeaders headers) => RateLimitHeaders.Read(headers);

    /// <inheritdoc/>
    public ProviderFailure ReadFailure(int status, HttpResponseHeaders headers, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        new FailureReader(_endpoint, _dialect.Judge).Read(status, headers, body, now);

    /// <inheritdoc/>
    public (TokenUsage? Usage, ProviderFailure? Failure) TranslateAnswer(
        ReadOnlySpan<byte> body, ModelRequest request, TargetDefinition target, DateTimeOffset now, IBufferWriter<byte> output)
    {
        if (body.Trim(" \t\r\n"u8).IsEmpty)
            return (null, FailureReader.Unreadable("it is empty"));
        if (!Utf8.IsValid(body))
            return (null, FailureReader.Unreadable("it is not valid UTF-8"));
        var failures = new FailureReader(_endpoint, _dialect.Judge);
        try
        {
            return request is EmbeddingsRequest embeddings
                ? new EmbeddingsTranslator(failures).Translate(body, embeddings, target, now, output)
                : new AnswerTranslator(failures, _dialect).Translate(body, target, now, output);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, FailureReader.Unreadable("it is not a JSON object"));
        }
    }

    /// <inheritdoc/>
    public IStreamTranslator CreateStreamTranslator(ChatRequest request, TargetDefinition target, DateTimeOffset now) =>
        new ChunkTranslator(new FailureReader(_endpoint, _dialect.Judge), _dialect, request, target, now);
}
