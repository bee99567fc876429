using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Providers.Failures;
using ThotNet.Routing;
using ThotNet.Silo.Decisions;
using ThotNet.Silo.Evidence;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Routing;
using ThotNet.Silo.Streaming;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Pipeline;

/// <summary>How the serving of one request ended.</summary>
/// <param name="Error">What must be told, or null when the sink has the answer or nobody wants it any more.</param>
/// <param name="Waited">How long the request waited for headroom.</param>
internal readonly record struct PipelineEnd(ApiError? Error, TimeSpan Waited)
{
    /// <summary>What the provider that answered counted, if it told.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>Nobody wanted the answer any more.</summary>
    public bool Left { get; init; }

    /// <summary>
    /// No target was tried: the limits of the request's own caller or its patience were in the way, and an equal request of another may fare better.
    /// </summary>
    public bool Untried { get; init; }
}

/// <summary>One request from its candidates to the settled answer: docs/architecture.md, "One request".</summary>
internal sealed class RequestPipeline(
    CallerBudgets callers,
    PromptCounting counting,
    DemandMeter demand,
    TargetSelector selector,
    AttemptRunner attempts,
    TargetHealth health,
    LeaseBook leases,
    OpenRouterKeyWatcher keys,
    DecisionLog decisions,
    ThotNetOptions options,
    Random random,
    TimeProvider time)
{
    /// <summary>Takes what the request may need from its caller's limits, then finds a target and lets it answer. Everything is settled when this returns.</summary>
    /// <param name="sink">Where the answer goes; errors are returned, not sent.</param>
    /// <param name="request">The valid request.</param>
    /// <param name="tiers">Its candidates.</param>
    /// <param name="patience">How long it may wait for headroom.</param>
    public async Task<PipelineEnd> ServeAsync(
        AnswerSink sink, ModelRequest request, ImmutableArray<ImmutableArray<TargetDefinition>> tiers, Patience patience)
    {
        request.CountPrompt(counting.Tokenizer);
        var waited = TimeSpan.Zero;
        try
        {
            (var spending, var error, waited) = await callers.ReserveAsync(request, tiers, patience, sink.Left);
            if (spending is null)
            {
                return new(error, waited) { Untried = true };
            }

            using (spending)
            {
                demand.Count(request, tiers);
                var plan = new RoutePlan(tiers, options.Routing.Fallback, random) { RequestId = sink.RequestId };
                while (true)
                {
                    (var selection, waited) = await selector.SelectAsync(request, plan, patience, waited, sink.Left);
                    decisions.Note(sink.Http, request, selection.Decision);
                    if (selection is not { Target: { } target, Reservation: { } reservation })
                    {
                        return new(ErrorOf(plan, selection), waited) { Untried = plan.LastFailure is null };
                    }

                    plan.Begin(target);
                    sink.NoteAsked();
                    var outcome = await AttemptAsync(target, reservation, request, sink, spending, plan.Attempts);
                    if (EndOf(outcome, target, plan, waited) is { } end)
                    {
                        return end;
                    }

                    sink.Pending.Clear();
                }
            }
        }
        catch (OperationCanceledException) when (sink.Left.IsCancellationRequested)
        {
            return new(null, waited) { Left = true };
        }
    }

    /// <summary>What an attempt means for the request; null to go on with the next target, which is possible while nothing has been sent.</summary>
    private PipelineEnd? EndOf(AttemptOutcome outcome, TargetDefinition target, RoutePlan plan, TimeSpan waited)
    {
        if (outcome.Result is AttemptResult.Answered or AttemptResult.CallerLeft)
        {
            return new PipelineEnd(null, waited) { Usage = outcome.Usage, Left = outcome.Result is AttemptResult.CallerLeft };
        }

        if (outcome.Result is AttemptResult.NeverSent)
        {
            return plan.Attempts < RoutePlan.MaxAttempts ? null : new PipelineEnd(Expired, waited);
        }

        var mayGoOn = plan.Fail(target, outcome.Failure!, time.GetUtcNow());
        if (outcome.Result is AttemptResult.Broken)
        {
            return new PipelineEnd(FailureErrors.ToApiError(outcome.Failure!, time.GetUtcNow()), waited);
        }

        return mayGoOn ? null : new PipelineEnd(ErrorOf(plan, outcome.Failure!), waited);
    }

    private async Task<AttemptOutcome> AttemptAsync(
        TargetDefinition target, Reservation reservation, ModelRequest request, AnswerSink sink, CallerSpending spending, int number)
    {
        try
        {
            var outcome = await attempts.RunAsync(target, reservation, request, sink, spending, number);
            Learn(target, outcome);
            return outcome;
        }
        catch
        {
            // A bug of ours says nothing about the target: a probe must not stay with it.
            health.Leave(target);
            throw;
        }
    }

    private ApiError ErrorOf(RoutePlan plan, Selection selection)
    {
        // The provider's own failure says more than our refusal to try again, except that only we know when a budget comes back.
        if (plan.LastFailure is { } failure && (failure.Evidence is null || selection.NobodyLeft))
        {
            return ErrorOf(plan, failure);
        }

        return selection.NobodyLeft && plan.Tiers.All(tier => tier.All(health.IsGone)) ? FailureErrors.ModelGone : selection.Error!;
    }

    private ApiError ErrorOf(RoutePlan plan, ProviderFailure last) =>
        plan.HasChoice ? FailureErrors.OfAll(last, time.GetUtcNow()) : FailureErrors.ToApiError(last, time.GetUtcNow());

    private static ApiError Expired { get; } = ApiError.Unavailable("What was reserved for the request expired before it could be sent.") with
    {
        Spanish = "Lo reservado para la solicitud caducó antes de poder enviarla.",
    };

    private void Learn(TargetDefinition target, AttemptOutcome outcome)
    {
        switch (outcome.Result)
        {
            case AttemptResult.Answered:
                selector.Succeeded(target);
                break;
            case AttemptResult.CallerLeft or AttemptResult.NeverSent:
                health.Leave(target);
                break;
            default:
                health.Failed(target, outcome.Failure!);
                break;
        }

        if (outcome.Latency is { } latency)
        {
            health.Measured(target, latency);
        }

        if (outcome.Failure?.Evidence is { } evidence)
        {
            leases.ReportEvidence(target.QuotaKey, evidence);
            keys.AskSoon(target.QuotaKey);
        }
    }
}
