using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Streaming;

/// <summary>What the translators of all formats do alike: errors, and events that are no JSON.</summary>
/// <param name="failures">Reads errors inside the stream.</param>
/// <param name="now">When the stream began.</param>
internal abstract class StreamTranslator(FailureReader failures, DateTimeOffset now) : IStreamTranslator
{
    /// <inheritdoc/>
    public TokenUsage? Usage { get; protected set; }

    /// <summary>When the stream began.</summary>
    protected DateTimeOffset Now { get; } = now;

    /// <inheritdoc/>
    public abstract bool Finished { get; }

    /// <inheritdoc/>
    public abstract bool HasWholeAnswer { get; }

    /// <inheritdoc/>
    public ProviderFailure? Failure { get; private set; }

    /// <inheritdoc/>
    public StreamEvent Translate(ReadOnlySpan<byte> eventType, ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        data = data.Trim(" \t\r\n"u8);
        if (data.IsEmpty)
            return StreamEvent.None;
        if (eventType.SequenceEqual("error"u8))
            return Fail(data);
        if (!Utf8.IsValid(data))
            return StreamEvent.Malformed;
        try
        {
            JsonBytes.CheckEscapes(data);
            return TranslateJson(data, output);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return StreamEvent.Malformed;
        }
    }

    /// <inheritdoc/>
    public abstract void Complete(IBufferWriter<byte> output);

    /// <summary>Translates the data of an event, valid UTF-8. All of it is read, and so known to be valid, before anything is written.</summary>
    /// <exception cref="JsonException">It is not a JSON object.</exception>
    protected abstract StreamEvent TranslateJson(ReadOnlySpan<byte> data, IBufferWriter<byte> output);

    /// <summary>Notes the error that the data tells.</summary>
    protected StreamEvent Fail(ReadOnlySpan<byte> data) => Fail(failures.ReadInside(data, Now));

    /// <summary>Notes a failure.</summary>
    protected StreamEvent Fail(ProviderFailure failure)
    {
        Failure = failure;
        return StreamEvent.Failed;
    }
}
