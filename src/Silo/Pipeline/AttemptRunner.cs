using System.Net;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Providers.Chat;
using ThotNet.Routing;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Streaming;
using ThotNet.Silo.Upstream;
using ThotNet.Silo.Usage;

namespace ThotNet.Silo.Pipeline;

/// <summary>Makes one attempt on one target: sends, relays the answer, settles the reservation whatever happens.</summary>
internal sealed class AttemptRunner(ProviderSet providers, LeaseBook leases, ThotNetOptions options, SiloMetrics metrics, TimeProvider time)
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
    /// <param name="caller">The caller's side.</param>
    /// <param name="number">1 for the request's first attempt.</param>
    public async Task<AttemptOutcome> RunAsync(
        TargetDefinition target, Reservation reservation, ModelRequest request, CallerConnection caller, int number)
    {
        var provider = providers[target.Provider];
        var started = time.GetTimestamp();
        using var activity = SiloMetrics.StartAttempt(request, target, provider.Address, number);
        using var deadline = new AttemptDeadline(FirstAllowance(request, target, options.Routing), options.Routing.AnswerTimeout, time, caller.Left);
        AttemptOutcome outcome = new(AttemptResult.CallerLeft);
        try
        {
            outcome = await SendAsync(provider, target, reservation, request, caller, deadline, number);
        }
        catch (Exception exception) when (Explain(exception, deadline) is { } result)
        {
            outcome = result.Failure is { } failure ? AttemptOutcome.Fail(failure, caller.ContentSent) : result;
            CancelIfNeverSent(exception, reservation);
        }
        finally
        {
            Settle(reservation, outcome);
            var word = outcome.Failure?.Class.ToString() ?? outcome.Result.ToString();
            metrics.CountAttempt(request, target, word, time.GetElapsedTime(started), outcome.Usage);
            SiloMetrics.EndAttempt(activity, word, outcome.Usage);
        }

        return outcome;
    }

    private async Task<AttemptOutcome> SendAsync(
        UpstreamProvider provider,
        TargetDefinition target,
        Reservation reservation,
        ModelRequest request,
        CallerConnection caller,
        AttemptDeadline deadline,
        int number)
    {
        using var message = provider.Adapter.CreateRequest(request, target);
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

        caller.Describe(target, number);
        await using var body = await response.Content.ReadAsStreamAsync(deadline.Token);
        return request is ChatRequest { Stream: true } chat && IsEventStream(response)
            ? await _streams.RelayAsync(body, provider.Adapter.CreateStreamTranslator(chat, target, time.GetUtcNow()), caller, deadline)
            : await _answers.RelayAsync(body, provider.Adapter, target, request, caller, deadline);
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

    /// <summary>
    /// What an attempt cost; null where nobody knows, so that all that was reserved counts. A refusal before any work costs the request but no tokens.
    /// </summary>
    internal static QuotaAmounts? CostOf(AttemptOutcome outcome)
    {
        if (outcome.Usage is not { } usage)
        {
            return outcome.Refused ? new QuotaAmounts(1, 0) : null;
        }

        var tokens = Math.Max(usage.TotalTokens, usage.PromptTokens + usage.CompletionTokens);

        // No answer is free of tokens: a provider that counts none has not counted.
        return tokens > 0 || outcome.Result is not AttemptResult.Answered ? new QuotaAmounts(1, tokens) : null;
    }

    private static bool IsEventStream(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is not { } type || !type.EndsWith("json", StringComparison.OrdinalIgnoreCase);

    // Our own clock and a broken connection stay two things: the first is no sign that the provider is down.
    private static AttemptOutcome? Explain(Exception exception, AttemptDeadline deadline) => exception switch
    {
        _ when deadline.CallerLeft => new(AttemptResult.CallerLeft),
        OperationCanceledException when deadline.Fired => new(
            AttemptResult.Failed, new ProviderFailure(FailureClass.TimedOut, 0, "The provider did not answer in time.", Code: "upstream_timeout")),
        HttpRequestException or IOException => new(
            AttemptResult.Failed, new ProviderFailure(FailureClass.Transient, 0, "The connection to the provider broke.", Code: "upstream_connection")),
        _ => null,
    };

    private static void CancelIfNeverSent(Exception exception, Reservation reservation)
    {
        if (exception is HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
            })
        {
            reservation.Cancel();
        }
    }

    private static void Settle(Reservation reservation, AttemptOutcome outcome)
    {
        if (CostOf(outcome) is { } cost)
        {
            reservation.Settle(cost);
        }
        else
        {
            reservation.SettleUnknown();
        }
    }
}
