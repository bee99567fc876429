using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Failures;
using ThotNet.Routing;

namespace ThotNet.Providers;

/// <summary>What all adapters do alike: the request around a body of pooled memory, and the judgement of answers that are no JSON.</summary>
public abstract class ProviderAdapter : IProviderAdapter
{
    private protected ProviderAdapter(FailureReader failures) => Failures = failures;

    private protected FailureReader Failures { get; }

    /// <inheritdoc/>
    public HttpRequestMessage CreateRequest(ModelRequest request, TargetDefinition target)
    {
        ArgumentNullException.ThrowIfNull(request);
        var body = new ArrayPoolBufferWriter<byte>(request.Body.Length + 512);
        try
        {
            var message = new HttpRequestMessage(HttpMethod.Post, WriteBody(request, target, body)) { Content = new PooledContent(body) };
            message.Headers.TryAddWithoutValidation("Accept", request.Stream ? "text/event-stream" : "application/json");
            AddHeaders(message.Headers);
            return message;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public abstract QuotaEvidence? ReadEvidence(HttpResponseHeaders headers);

    /// <inheritdoc/>
    public ProviderFailure ReadFailure(int status, HttpResponseHeaders headers, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        Failures.Read(status, headers, body, now);

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
            return TranslateJson(body, request, target, now, output);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, FailureReader.Unreadable("it is not a JSON object"));
        }
    }

    /// <inheritdoc/>
    public abstract IStreamTranslator CreateStreamTranslator(ChatRequest request, TargetDefinition target, DateTimeOffset now);

    /// <summary>Writes the upstream body.</summary>
    /// <returns>Where it goes.</returns>
    /// <exception cref="NotSupportedException">The provider has nothing for this kind of request.</exception>
    private protected abstract Uri WriteBody(ModelRequest request, TargetDefinition target, IBufferWriter<byte> body);

    /// <summary>Adds the key and the provider's own headers.</summary>
    private protected abstract void AddHeaders(HttpRequestHeaders headers);

    /// <summary>Translates an answer; see <see cref="TranslateAnswer"/>.</summary>
    /// <exception cref="JsonException">It is not a JSON object.</exception>
    /// <exception cref="InvalidOperationException">A name in it is not valid Unicode.</exception>
    private protected abstract (TokenUsage? Usage, ProviderFailure? Failure) TranslateJson(
        ReadOnlySpan<byte> body, ModelRequest request, TargetDefinition target, DateTimeOffset now, IBufferWriter<byte> output);
}
