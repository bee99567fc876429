using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Providers.Embeddings;
using ThotNet.Routing;
using ThotNet.Silo.Streaming;

namespace ThotNet.Silo.Pipeline;

/// <summary>Relays an answer that is not streamed, and reads failures. Both are read into bounded memory.</summary>
internal sealed class AnswerRelay(RoutingOptions options, TimeProvider time)
{
    /// <summary>Largest answer that is read, streamed or not; a larger one counts as a failure of the provider.</summary>
    public const int MaxAnswerBytes = 32 * 1024 * 1024;

    /// <summary>How much of a failure's body is read; the rest is of no interest.</summary>
    public const int MaxFailureBytes = 64 * 1024;

    private const int ReadSize = 4096;

    /// <summary>The failure of an answer that does not end.</summary>
    public static ProviderFailure TooLong { get; } =
        new(FailureClass.Transient, 0, "The provider's answer is too large.", Code: "upstream_answer_too_large");

    /// <summary>Reads, translates and sends an answer.</summary>
    public async Task<AttemptOutcome> RelayAsync(
        Stream body, IProviderAdapter adapter, TargetDefinition target, ModelRequest request, AnswerSink sink, AttemptDeadline deadline)
    {
        using var read = new ArrayPoolBufferWriter<byte>(ReadSize);
        if (!await ReadAsync(body, read, MaxAnswerBytes, deadline))
        {
            return AttemptOutcome.Fail(request is EmbeddingsRequest ? TooManyVectors : TooLong, contentSent: false);
        }

        sink.Pending.Clear();
        var (usage, failure) = adapter.TranslateAnswer(read.WrittenSpan, request, target, time.GetUtcNow(), sink.Pending);
        failure ??= request.Stream ? NotAStream : sink.HasRoom ? null : TooLong;
        if (failure is not null)
        {
            sink.Pending.Clear();
            return AttemptOutcome.Fail(failure, contentSent: false) with { Usage = usage };
        }

        deadline.Suspend();
        try
        {
            await sink.SendAnswerAsync(sink.Left);
        }
        catch (Exception) when (sink.Left.IsCancellationRequested)
        {
            // The provider is done and has said what it counted, so that counts, and not all that was reserved.
            return new AttemptOutcome(AttemptResult.CallerLeft, null, usage);
        }

        return new AttemptOutcome(AttemptResult.Answered, null, usage);
    }

    /// <summary>Reads an answer whose status says failure.</summary>
    public async Task<ProviderFailure> ReadFailureAsync(HttpResponseMessage response, IProviderAdapter adapter, AttemptDeadline deadline)
    {
        using var read = new ArrayPoolBufferWriter<byte>(ReadSize);
        await using var body = await response.Content.ReadAsStreamAsync(deadline.Token);
        try
        {
            await ReadAsync(body, read, MaxFailureBytes, deadline);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException || deadline.Fired)
        {
            // Status and headers are there, and they say what matters: for how long a quota is closed, above all.
        }

        return adapter.ReadFailure((int)response.StatusCode, response.Headers, read.WrittenSpan, time.GetUtcNow());
    }

    // The caller chose how many inputs there are: no fault of the provider's, and no use in asking it again.
    private static ProviderFailure TooManyVectors { get; } =
        new(FailureClass.TooLarge, 0, "The vectors of all inputs together are too large for one answer; send fewer inputs.");

    private static ProviderFailure NotAStream { get; } =
        new(FailureClass.Transient, 0, "The provider answered a stream request without a stream.", Code: "upstream_not_a_stream");

    private async Task<bool> ReadAsync(Stream body, ArrayPoolBufferWriter<byte> read, int limit, AttemptDeadline deadline)
    {
        while (read.WrittenCount < limit)
        {
            var memory = read.GetMemory(ReadSize);
            var count = await body.ReadAsync(memory[..Math.Min(memory.Length, limit - read.WrittenCount)], deadline.Token);
            if (count == 0)
            {
                return true;
            }

            read.Advance(count);
            deadline.NoteEvent();
            deadline.Restart(options.SilenceTimeout);
        }

        return false;
    }
}
