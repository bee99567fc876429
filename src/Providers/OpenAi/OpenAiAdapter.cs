using System.Buffers;
using System.Net.Http.Headers;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Failures;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>Speaks OpenAI's chat completions and embeddings in one provider's dialect (wire.md 1 to 3). Stateless; safe for concurrent use.</summary>
public sealed class OpenAiAdapter : ProviderAdapter
{
    private readonly OpenAiDialect _dialect;
    private readonly Uri _chatAddress;
    private readonly Uri _embeddingsAddress;
    private readonly AuthenticationHeaderValue? _authorization;

    /// <summary>Makes the adapter of one provider.</summary>
    /// <param name="endpoint">Where the provider is; its base may end with a slash or not. Without a key no authorization is sent.</param>
    /// <param name="dialect">How it differs from OpenAI.</param>
    public OpenAiAdapter(ProviderEndpoint endpoint, OpenAiDialect dialect)
        : base(new FailureReader(endpoint, dialect.Judge))
    {
        _dialect = dialect;
        var address = endpoint.BaseUrl.AbsoluteUri.TrimEnd('/');
        _chatAddress = new Uri(address + "/chat/completions");
        _embeddingsAddress = new Uri(address + "/embeddings");
        _authorization = endpoint.ApiKey.Length == 0 ? null : new AuthenticationHeaderValue("Bearer", endpoint.ApiKey);
    }

    /// <inheritdoc/>
    public override QuotaEvidence? ReadEvidence(HttpResponseHeaders headers) => _dialect.LimitHeaders.Read(headers);

    /// <inheritdoc/>
    public override IStreamTranslator CreateStreamTranslator(ChatRequest request, TargetDefinition target, DateTimeOffset now) =>
        new ChunkTranslator(Failures, _dialect, request, target, now);

    private protected override Uri WriteBody(ModelRequest request, TargetDefinition target, IBufferWriter<byte> body)
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

    private protected override void AddHeaders(HttpRequestHeaders headers)
    {
        headers.Authorization = _authorization;
        _dialect.AddHeaders(headers);
    }

    private protected override (TokenUsage? Usage, ProviderFailure? Failure) TranslateJson(
        ReadOnlySpan<byte> body, ModelRequest request, TargetDefinition target, DateTimeOffset now, IBufferWriter<byte> output) =>
        request is EmbeddingsRequest embeddings
            ? new EmbeddingsTranslator(Failures).Translate(body, embeddings, target, now, output)
            : new AnswerTranslator(Failures, _dialect).Translate(body, target, now, output);
}
