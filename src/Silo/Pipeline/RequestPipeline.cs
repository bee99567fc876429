using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Errors;
using ThotNet.Providers;
using ThotNet.Providers.Failures;
using ThotNet.Routing;
using ThotNet.Silo.Decisions;
using ThotNet.Silo.Evidence;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Routing;
using ThotNet.Silo.Streaming;
using ThotNet.Silo.Usage;

namespace ThotNet.Silo.Pipeline;

/// <summary>One request from the parsed body to the settled answer: docs/architecture.md, "One request".</summary>
internal sealed class RequestPipeline(
    CandidateFinder finder,
    CallerBudgets callers,
    DemandMeter demand,
    TargetSelector selector,
    AttemptRunner attempts,
    TargetHealth health,
    LeaseBook leases,
    OpenRouterKeyWatcher keys,
    DecisionLog decisions,
    SiloMetrics metrics,
    ThotNetOptions options,
    Random random,
    TimeProvider time)
{
    /// <summary>Serves the request: finds candidates, takes what it may need from the caller's limits, then serves it.</summary>
    /// <param name="http">The caller's side.</param>
    /// <param name="request">The valid request.</param>
    /// <param name="patience">How long it may wait for headroom.</param>
    public async Task HandleAsync(HttpContext http, ModelRequest request, Patience patience)
    {
        if (finder.Find(request, out var candidates) is { } unknown)
        {
            await http.WriteErrorAsync(unknown);
            metrics.CountRequest(unknown.Status, TimeSpan.Zero);
            return;
        }

        await using var caller = new CallerConnection(http, request.Stream, options.Routing.KeepAlive, time);
        var (spending, error, waited) = await UnlessLeftAsync(callers.ReserveAsync(request, candidates, patience, caller.Left), TimeSpan.Zero, caller.Left);
        if (spending is not null)
        {
            demand.Count(request, candidates);

            // Settled before the caller is told what went wrong: it may try again at once.
            using (spending)
            {
                var plan = new RoutePlan(candidates, options.Routing.Fallback, random) { RequestId = http.TraceIdentifier };
                (error, waited) = await ServeAsync(caller, request, plan, spending, patience, waited);
            }
        }

        if (error is not null)
        {
            metrics.CountRequest(error.Status, waited);
            await caller.FailAsync(error);
        }
    }

    /// <summary>Reserves, sends, relays; goes on with the next target while nothing has been sent.</summary>
    /// <returns>What the caller must be told, or null when it has the answer or left; and how long it waited.</returns>
    private async Task<(ApiError? Error, TimeSpan Waited)> ServeAsync(
        CallerConnection caller, ModelRequest request, RoutePlan plan, CallerSpending spending, Patience patience, TimeSpan waited)
    {
        while (true)
        {
            (var selection, waited) = await UnlessLeftAsync(selector.SelectAsync(request, plan, patience, waited, caller.Left), waited, caller.Left);
            decisions.Note(caller.Http, request, selection.Decision);
            if (selection is not { Target: { } target, Reservation: { } reservation })
            {
                return (ErrorOf(plan, selection), waited);
            }

            plan.Begin(target);
            var outcome = await AttemptAsync(target, reservation, request, caller, spending, plan.Attempts);
            if (outcome.Result is AttemptResult.Answered or AttemptResult.CallerLeft)
            {
                metrics.CountRequest(outcome.Result is AttemptResult.Answered ? 200 : 499, waited);
                return (null, waited);
            }

            if (outcome.Result is AttemptResult.NeverSent)
            {
                if (plan.Attempts < RoutePlan.MaxAttempts)
                {
                    continue;
                }

                return (Expired, waited);
            }

            var mayGoOn = plan.Fail(target, outcome.Failure!, time.GetUtcNow());
            if (outcome.Result is AttemptResult.Broken)
            {
                return (FailureErrors.ToApiError(outcome.Failure!, time.GetUtcNow()), waited);
            }

            if (!mayGoOn)
            {
                return (ErrorOf(plan, outcome.Failure!), waited);
            }

            caller.Pending.Clear();
        }
    }

    private async Task<AttemptOutcome> AttemptAsync(
        TargetDefinition target, Reservation reservation, ModelRequest request, CallerConnection caller, CallerSpending spending, int number)
    {
        try
        {
            var outcome = await attempts.RunAsync(target, reservation, request, caller, spending, number);
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

    private async ValueTask<T> UnlessLeftAsync<T>(ValueTask<T> waiting, TimeSpan waited, CancellationToken left)
    {
        try
        {
            return await waiting;
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            metrics.CountRequest(499, waited);
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
