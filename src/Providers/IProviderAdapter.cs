using System.Buffers;
using System.Net.Http.Headers;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Routing;

namespace ThotNet.Providers;

/// <summary>
/// Speaks one wire format: writes the upstream request, reads answers, streams and failures. Safe for concurrent use; time comes in
/// as an argument.
/// </summary>
public interface IProviderAdapter
{
    /// <summary>Builds the upstream request. The same format is passed through with only the necessary fields changed.</summary>
    /// <param name="request">The caller's request: a <see cref="ChatRequest"/> or an <see cref="EmbeddingsRequest"/>.</param>
    /// <param name="target">The target chosen; its output cap is sent when the caller gave no limit.</param>
    HttpRequestMessage CreateRequest(ModelRequest request, TargetDefinition target);

    /// <summary>What the headers of an answer say about our quota, or null. <see cref="ReadFailure"/> says the same of an answer of status 429.</summary>
    /// <param name="headers">The response's headers.</param>
    QuotaEvidence? ReadEvidence(HttpResponseHeaders headers);

    /// <summary>Reads an answer whose status is not 2xx.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="headers">The response's headers.</param>
    /// <param name="body">The body, perhaps cut at a bound.</param>
    /// <param name="now">The current time, for absolute times in headers.</param>
    ProviderFailure ReadFailure(int status, HttpResponseHeaders headers, ReadOnlySpan<byte> body, DateTimeOffset now);

    /// <summary>Reads a complete 2xx answer and writes it in OpenAI's form (wire.md 1.2, 1.7).</summary>
    /// <param name="body">The provider's whole body.</param>
    /// <param name="request">The caller's request.</param>
    /// <param name="target">The target that answered; its id is the answer's <c>model</c>.</param>
    /// <param name="now">The current time, for answers without a usable <c>created</c>.</param>
    /// <param name="output">Where the caller's body goes; whatever was written is void if a failure is returned.</param>
    /// <returns>Usage if the provider told it; a failure for an error in a 200 or an unreadable body.</returns>
    (TokenUsage? Usage, ProviderFailure? Failure) TranslateAnswer(
        ReadOnlySpan<byte> body, ModelRequest request, TargetDefinition target, DateTimeOffset now, IBufferWriter<byte> output);

    /// <summary>Begins the translation of one stream.</summary>
    /// <param name="request">The caller's request.</param>
    /// <param name="target">The target that answers.</param>
    /// <param name="now">The current time, for streams without a usable <c>created</c>.</param>
    IStreamTranslator CreateStreamTranslator(ChatRequest request, TargetDefinition target, DateTimeOffset now);
}

/// <summary>What one event of a stream meant.</summary>
public enum StreamEvent
{
    /// <summary>Nothing for the caller yet: role only, empty delta, usage, vendor extras. Output may still have been written.</summary>
    None,

    /// <summary>Content, reasoning or a tool call: from here on no other target may answer.</summary>
    Content,

    /// <summary>The end marker (<c>[DONE]</c>).</summary>
    Done,

    /// <summary>The provider reported an error; see <see cref="IStreamTranslator.Failure"/>. No output was written.</summary>
    Failed,

    /// <summary>Not readable as an event: dropped. No output was written.</summary>
    Malformed,
}

/// <summary>Turns one provider stream into OpenAI's chunks (wire.md 1.3). Used by one request at a time.</summary>
public interface IStreamTranslator
{
    /// <summary>The usage seen so far; the last one counts.</summary>
    TokenUsage? Usage { get; }

    /// <summary>
    /// A finish reason was seen for every choice asked for (wire.md 1.3: only then, or after the end marker, is a stream complete). A choice that never
    /// began may have been cut off as well.
    /// </summary>
    bool Finished { get; }

    /// <summary>
    /// Nothing but usage and the end marker can follow what was seen, so that a stream which breaks or falls silent here has given the whole answer.
    /// </summary>
    bool HasWholeAnswer { get; }

    /// <summary>The error that the provider reported inside the stream, or null.</summary>
    ProviderFailure? Failure { get; }

    /// <summary>Translates one event and writes what the caller gets: whole <c>data: …</c> lines with their blank line, or nothing.</summary>
    /// <param name="eventType">The event's type, empty when it had none.</param>
    /// <param name="data">The event's data.</param>
    /// <param name="output">Where the caller's events go.</param>
    StreamEvent Translate(ReadOnlySpan<byte> eventType, ReadOnlySpan<byte> data, IBufferWriter<byte> output);

    /// <summary>Writes what follows the last chunk of a complete stream: the usage chunk if the caller asked for it, and <c>[DONE]</c>.</summary>
    void Complete(IBufferWriter<byte> output);
}
