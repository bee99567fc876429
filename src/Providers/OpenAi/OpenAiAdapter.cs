using System.Buffers;
using System.Net.Http.Headers;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Failures;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>Speaks OpenAI's chat completions in one provider's dialect (wire.md 1 to 3). Stateless; safe for concurrent use.</summary>
public sealed class OpenAiAdapter : IProviderAdapter
{
    private readonly ProviderEndpoint _endpoint;
    private readonly OpenAiDialect _dialect;
    private readonly Uri _address;
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
        _address = new Uri(endpoint.BaseUrl.AbsoluteUri.TrimEnd('/') + "/chat/completions");
        _authorization = endpoint.ApiKey.Length == 0 ? null : new AuthenticationHeaderValue("Bearer", endpoint.ApiKey);
    }

    /// <inheritdoc/>
    public HttpRequestMessage CreateRequest(ModelRequest request, TargetDefinition target) => request switch
    {
        ChatRequest chat => CreateChatRequest(chat, target),
        _ => throw new NotSupportedException($"No request for {request.Operation} is known."),
    };

    private HttpRequestMessage CreateChatRequest(ChatRequest request, TargetDefinition target)
    {
        var body = new ArrayPoolBufferWriter<byte>(request.Body.Length + 512);
        try
        {
            UpstreamBody.Write(request, target, _dialect, body);
        }
        catch
        {
            body.Dispose();
            throw;
        }

        var message = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new PooledContent(body) };
        message.Headers.Authorization = _authorization;
        message.Headers.TryAddWithoutValidation("Accept", request.Stream ? "text/event-stream" : "application/json");
        _dialect.AddHeaders(message.Headers);
        return message;
    }

    /// <inheritdoc/>
    public QuotaEvidence? ReadEvidence(HttpResponseHeaders headers) => RateLimitHeaders.Read(headers);

    /// <inheritdoc/>
    public ProviderFailure ReadFailure(int status, HttpResponseHeaders headers, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        new FailureReader(_endpoint, _dialect.Judge).Read(status, headers, body, now);

    /// <inheritdoc/>
    public (TokenUsage? Usage, ProviderFailure? Failure) TranslateAnswer(
        ReadOnlySpan<byte> body, ModelRequest request, TargetDefinition target, DateTimeOffset now, IBufferWriter<byte> output) =>
        new AnswerTranslator(new FailureReader(_endpoint, _dialect.Judge), _dialect).Translate(body, target, now, output);

    /// <inheritdoc/>
    public IStreamTranslator CreateStreamTranslator(ChatRequest request, TargetDefinition target, DateTimeOffset now) =>
        new ChunkTranslator(new FailureReader(_endpoint, _dialect.Judge), _dialect, request, target, now);
}
