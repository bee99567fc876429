using System.Net;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Providers.Chat;
using ThotNet.Routing;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Streaming;
using ThotNet.Silo.Tokens;
using ThotNet.Silo.Upstream;
using ThotNet.Silo.Usage;

namespace ThotNet.Silo.Pipeline;

/// <summary>Makes one attempt on one target: sends, relays the answer, settles what it cost whatever happens.</summary>
internal sealed class AttemptRunner(
    ProviderSet providers, LeaseBook leases, PromptScales scales, ThotNetOptions options, SiloMetrics metrics, TimeProvider time)
{
    /// <summary>
    /// Time that an answer which is not streamed gets for each token it may write, on top of the time to the first event: such an answer's headers come
    /// only when it is complete. 20 ms is a model that writes 50 tokens a second.
    /// </summary>
    public static readonly TimeSpan TimePerToken = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Time that such an answer gets for each token of its prompt: embeddings write nothing, but thousands of inputs take their time. 1 ms is a
    /// model that reads 1000 tokens a second.
    /// </summary>
    public static readonly TimeSpan TimePerPromptToken = TimeSpan.FromMilliseconds(1);

    private readonly StreamRelay _streams = new(options.Routing, metrics);
    private readonly AnswerRelay _answers = new(options.Routing, time);

    /// <summary>Makes the attempt.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="reservation">What it may spend; settled when this returns.</param>
    /// <param name="request">The caller's request.</param>
    /// <param name="sink">Where the answer goes.</param>
    /// <param name="spending">What the request costs its caller; knows of this attempt when this returns or throws.</param>
    /// <param name="number">1 for the request's first attempt.</param>
    public async Task<AttemptOutcome> RunAsync(
        TargetDefinition target, Reservation reservation, ModelRequest request, AnswerSink sink, CallerSpending spending, int number)
    {
        var provider = providers[target.Provider];
        var started = time.GetTimestamp();
        using var activity = SiloMetrics.StartAttempt(request, target, provider.Address, number);
        using var deadline = new AttemptDeadline(FirstAllowance(request, target, options.Routing), options.Routing.AnswerTimeout, time, sink.Left);
        var guard = new SendGuard(() => reservation.MaySend);
        AttemptOutcome outcome = new(AttemptResult.Faulted);
        try
        {
            outcome = await SendAsync(provider, target, reservation, guard, request, sink, deadline, number);
        }
        catch (Exception exception) when (Explain(exception, deadline, guard) is { } result)
        {
            outcome = result.Failure is { } failure ? AttemptOutcome.Fail(failure, sink.ContentSent) : result;
        }
        finally
        {
            outcome = outcome with { Unsent = guard.CloseUnsent(), Latency = LatencyOf(request, outcome, deadline) };
            Settle(reservation, outcome, target);
            spending.Add(outcome, target);
            Learn(request, target, outcome);

            var word = outcome.Failure?.Class.ToString() ?? outcome.Result.ToString();
            metrics.CountAttempt(request, target, word, time.GetElapsedTime(started), outcome.Usage);
            SiloMetrics.EndAttempt(activity, word, outcome.Usage);
        }

        return outcome;
    }

    private void Learn(ModelRequest request, TargetDefinition target, AttemptOutcome outcome)
    {
        if (outcome is { Usage: { } usage, Result: var result })
        {
            // Of an answer that broke off nobody knows how long it would have been.
            if (result is AttemptResult.Answered && RequestAmounts.Spent(outcome, target) is { } used)
            {
                scales.Used.Learn(RequestAmounts.Reserved(request, target, scales.Of(target)), used);
            }

            scales.Learn(target, request.Prompt, usage);
        }
    }

    private async Task<AttemptOutcome> SendAsync(
        UpstreamProvider provider,
        TargetDefinition target,
        Reservation reservation,
        SendGuard guard,
        ModelRequest request,
        AnswerSink sink,
        AttemptDeadline deadline,
        int number)
    {
        using var message = provider.Adapter.CreateRequest(request, target);
        message.Content = new GuardedContent(message.Content!, guard);
        using var response = await provider.Client.SendAsync(message, deadline.Token);
        reservation.MarkReceived();
        ReportLimits(provider, target, response);
        if (!response.IsSuccessStatusCode)
        {
            var failure = await _answers.ReadFailureAsync(response, provider.Adapter, deadline);
            return AttemptOutcome.Fail(failure, contentSent: false) with { Refused = (int)response.StatusCode is >= 400 and < 500 };
        }

        if (response.Content.Headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            return AttemptOutcome.Fail(Compressed, contentSent: false);
        }

        sink.Describe(target, number);
        await using var body = await response.Content.ReadAsStreamAsync(deadline.Token);
        return request is ChatRequest { Stream: true } chat && IsEventStream(response)
            ? await _streams.RelayAsync(body, provider.Adapter.CreateStreamTranslator(chat, target, time.GetUtcNow()), sink, deadline)
            : await _answers.RelayAsync(body, provider.Adapter, target, request, sink, deadline);
    }

    // A stream may take minutes, and others need to know at once. Of a 429 the failure says all, its headers included.
    private void ReportLimits(UpstreamProvider provider, TargetDefinition target, HttpResponseMessage response)
    {
        if (response.StatusCode is not HttpStatusCode.TooManyRequests && provider.Adapter.ReadEvidence(response.Headers) is { } evidence)
        {
            leases.ReportEvidence(target.QuotaKey, evidence);
        }
    }

    // We never ask for compression: it would hold back the events of a stream.
    private static ProviderFailure Compressed { get; } =
        new(FailureClass.Transient, 0, "The provider compressed its answer without being asked to.", Code: "upstream_compressed");

    /// <summary>The time to the first sign of life.</summary>
    internal static TimeSpan FirstAllowance(ModelRequest request, TargetDefinition target, RoutingOptions options)
    {
        var allowance = options.FirstEventTimeout;
        if (!request.Stream)
        {
            allowance += (TimePerToken * request.OutputTokenBound(target)) + (TimePerPromptToken * request.PromptTokenBound);
        }

        return allowance < options.AnswerTimeout ? allowance : options.AnswerTimeout;
    }

    // An answer that is not streamed is written before it begins; that takes its time and says nothing.
    private static TimeSpan? LatencyOf(ModelRequest request, AttemptOutcome outcome, AttemptDeadline deadline)
    {
        if (deadline.FirstEvent is not { } first || outcome.Result is AttemptResult.Failed || (!request.Stream && outcome.Usage is null))
        {
            return null;
        }

        var writing = request.Stream ? TimeSpan.Zero : TimePerToken * Math.Max(0, outcome.Usage!.Value.CompletionTokens);
        return first > writing ? first - writing : TimeSpan.Zero;
    }

    private static bool IsEventStream(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is not { } type || !type.EndsWith("json", StringComparison.OrdinalIgnoreCase);

    // Our own clock and a broken connection stay two things: the first is no sign that the provider is down.
    private static AttemptOutcome? Explain(Exception exception, AttemptDeadline deadline, SendGuard guard) => exception switch
    {
        _ when deadline.CallerLeft => new(AttemptResult.CallerLeft),
        _ when guard.HasRefused && guard.CloseUnsent() => new(AttemptResult.NeverSent),
        OperationCanceledException when deadline.Fired => new(
            AttemptResult.Failed, new ProviderFailure(FailureClass.TimedOut, 0, "The provider did not answer in time.", Code: "upstream_timeout")),
        HttpRequestException or IOException or SendRefusedException or OperationCanceledException { InnerException: TimeoutException } => new(
            AttemptResult.Failed, new ProviderFailure(FailureClass.Transient, 0, "The connection to the provider broke.", Code: "upstream_connection")),
        _ => null,
    };

    private static void Settle(Reservation reservation, AttemptOutcome outcome, TargetDefinition target)
    {
        if (outcome.Unsent)
        {
            reservation.Cancel();
        }
        else if (RequestAmounts.Spent(outcome, target) is { } spent)
        {
            reservation.Settle(spent);
        }
        else
        {
            reservation.SettleUnknown();
        }
    }
}
